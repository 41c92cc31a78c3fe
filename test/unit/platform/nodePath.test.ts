import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { nodeForWorker, nodeOnPath } from '../../../src/backend/platform/nodePath.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'node-path-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A folder of the PATH whose `node` is a script. */
function folderWith(name: string, script: string): string {
  const place = path.join(folder, name);
  mkdirSync(place, { recursive: true });
  writeFileSync(path.join(place, 'node'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return place;
}

function folderWithThisNode(): string {
  const place = path.join(folder, 'recent');
  mkdirSync(place, { recursive: true });
  symlinkSync(process.execPath, path.join(place, 'node'));
  return place;
}

test('outside an editor the worker runs on the Node that starts it', () => {
  expect(nodeForWorker({ PATH: '' })).toBe(process.execPath);
});

describe.skipIf(process.platform === 'win32')('on the PATH', () => {
  test('the first Node that can load SQLite is taken', () => {
    const PATH = [folderWith('old', 'echo 9'), folderWith('broken', 'exit 1'), path.join(folder, 'absent'), 'relative', folderWithThisNode()].join(path.delimiter);
    expect(nodeOnPath({ PATH })).toBe(path.join(folder, 'recent', 'node'));
  });

  test('none is taken where all are too old', () => {
    expect(nodeOnPath({ PATH: folderWith('old', 'echo 9') })).toBeUndefined();
  });
});
