import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HostLine } from '../../vscode/hostReport.ts';
import { readHostReport } from '../../runner/vscode/readHostReport.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'host-report-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function reported(lines: HostLine[]): string {
  const file = path.join(folder, 'results.jsonl');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return file;
}

describe('a report of host tests', () => {
  test('that came to its end is counted', () => {
    const file = reported([
      { kind: 'started', title: 'a' },
      { kind: 'passed', title: 'a', ms: 3 },
      { kind: 'started', title: 'b' },
      { kind: 'failed', title: 'b', error: 'Error: no' },
      { kind: 'skipped', title: 'c' },
      { kind: 'ended' },
    ]);
    expect(readHostReport(file)).toEqual({ passed: 1, failed: 1, skipped: 1, failures: [{ file: '', test: 'b', error: 'Error: no' }] });
  });

  test('of a host that crashed within a test is a failure', () => {
    const file = reported([
      { kind: 'started', title: 'a' },
      { kind: 'passed', title: 'a', ms: 3 },
      { kind: 'started', title: 'b' },
    ]);
    expect(readHostReport(file)).toMatchObject({ passed: 1, failed: 1, skipped: 0, failures: [{ error: 'The host did not come to its end; it had begun “b”.' }] });
  });

  test('that is not there is a failure', () => {
    expect(readHostReport(path.join(folder, 'none'))).toMatchObject({ passed: 0, failed: 1, skipped: 0, failures: [{ test: 'the host' }] });
  });
});
