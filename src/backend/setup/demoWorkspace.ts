import { cpSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createFile } from '../platform/createFile.ts';
import { fileFacts, listFolder } from '../platform/files.ts';
import { installationRoot } from '../platform/installation.ts';
import { workspaceAt, type Home, type Workspace } from '../platform/workspace.ts';

/** In a workspace of an earlier demo: a later one may remove it. */
const disposableMark = 'disposable';

/**
 * A scratch workspace with the example agents, drills and datasets that come with the program. It stays after the demo,
 * for looking at and trying on; the next demo removes it unless it is to be kept.
 */
export function makeDemoWorkspace(home: Home, options: { now: Date; isKept: boolean }): Workspace {
  const parent = path.join(home.root, 'demo');
  removeEarlier(parent);
  const workspace = workspaceAt(path.join(parent, options.now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)));
  mkdirSync(workspace.root, { recursive: true });
  cpSync(path.join(installationRoot(), 'CodeAgents'), workspace.codeAgents, { recursive: true });
  createFile(path.join(workspace.root, '.gitignore'), '.training/\n');
  mkdirSync(workspace.training, { recursive: true });
  if (!options.isKept) createFile(path.join(workspace.training, disposableMark), '');
  return workspace;
}

function removeEarlier(parent: string): void {
  for (const name of listFolder(parent)) {
    const folder = path.join(parent, name);
    if (fileFacts(path.join(workspaceAt(folder).training, disposableMark)) === null) continue;
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // Its worker may hold a file for another minute (Windows); the next demo removes it.
    }
  }
}
