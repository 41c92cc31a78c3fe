import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
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
  const file = databaseOf(workspace, home);
  if (file === workspace.database) return openStore(file, options);
  mkdirSync(path.dirname(file), { recursive: true });
  options.onMoved?.(file);
  return openStore(file, options);
}

/** Where the database of a workspace lies, which has a `.training`. */
export function databaseOf(workspace: Workspace, home: Home): string {
  return isLocalFileSystem(workspace.training) ? workspace.database : movedDatabase(workspace, home);
}

/** Whether a workspace has a database, wherever it lies. */
export function hasDatabase(workspace: Workspace, home: Home): boolean {
  return existsSync(workspace.database) || existsSync(movedDatabase(workspace, home));
}

/** A store in memory with nothing in it: what a folder without a database reads as. What is written there is lost. */
export function openEmptyStore(): Store {
  return openStore(':memory:');
}

function movedDatabase(workspace: Workspace, home: Home): string {
  const name = createHash('sha256').update(workspace.root).digest('hex').slice(0, 16);
  return path.join(home.root, 'databases', name, path.basename(workspace.database));
}
