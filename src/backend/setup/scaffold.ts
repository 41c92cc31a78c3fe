import type { ScaffoldResult } from '../../protocol/setup.ts';
import { appendLine, createFile } from '../platform/createFile.ts';
import { readTextFile } from '../platform/files.ts';
import type { Workspace } from '../platform/workspace.ts';
import path from 'node:path';
import { scaffoldFiles } from './scaffoldFiles.ts';

const ignoredFolder = '.training/';

/** Writes what a workspace begins with. A file that is there is kept as it is, whatever it holds. */
export function scaffold(workspace: Workspace): ScaffoldResult {
  const result: ScaffoldResult = { workspace: workspace.root, created: [], kept: [] };
  for (const [name, text] of Object.entries(scaffoldFiles)) {
    const isNew = createFile(path.join(workspace.root, ...name.split('/')), text);
    (isNew ? result.created : result.kept).push(name);
  }
  ignoreTraining(workspace, result);
  return result;
}

/** What can be rebuilt stays out of git. */
function ignoreTraining(workspace: Workspace, result: ScaffoldResult): void {
  const file = path.join(workspace.root, '.gitignore');
  const text = readTextFile(file);
  if (text === null) {
    createFile(file, `${ignoredFolder}\n`);
    result.created.push('.gitignore');
    return;
  }
  const isIgnored = text.split(/\r?\n/).some((line) => /^\/?\.training\/?$/.test(line.trim()));
  if (!isIgnored) appendLine(file, ignoredFolder);
  result.kept.push('.gitignore');
}
