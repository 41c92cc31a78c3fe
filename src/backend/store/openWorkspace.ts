import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { isLocalFileSystem } from '../platform/fileSystem.ts';
import type { Home, Workspace } from '../platform/workspace.ts';
import { openStore, type OpenStoreOptions, type Store } from './db.ts';

/**
 * Opens a workspace's database. WAL needs a local file system: for a workspace on a network drive, or on a Windows drive
 * seen from WSL, the database lies under the home folder instead, and `onMoved` is told.
 */
export function openWorkspaceStore(workspace: Workspace, home: Home, options: OpenStoreOptions & { onMoved?: (file: string) => void } = {}): Store {
  mkdirSync(workspace.training, { recursive: true });
  if (isLocalFileSystem(workspace.training)) return openStore(workspace.database, options);
  const name = createHash('sha256').update(workspace.root).digest('hex').slice(0, 16);
  const folder = path.join(home.root, 'databases', name);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, path.basename(workspace.database));
  options.onMoved?.(file);
  return openStore(file, options);
}
