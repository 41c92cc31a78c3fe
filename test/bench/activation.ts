// `npm run bench -- activation [ROUNDS]`: cold loads of the packaged extension, each in a Node of its own, under a stub of
// the editor: from the import of its entry to the return of activate(), and how much code that loads.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { activateUnderStub, type Activation } from '../support/activation/activate.ts';
import { median, writeResult } from './importParts/bench.ts';

const root = path.resolve(import.meta.dirname, '../..');
const rounds = Number(process.argv[2] ?? 30);

const folder = mkdtempSync(path.join(tmpdir(), 'training-camp-bench-'));
try {
  execFileSync(process.execPath, [path.join(root, 'esbuild.mjs'), '--package', folder], { cwd: root, stdio: 'inherit' });
  const entry = path.join(folder, 'dist', 'extension', 'extension.mjs');
  const loads: Activation[] = [];
  for (let round = 0; round < rounds; round++) loads.push(await activateUnderStub({ entry, workspace: path.join(folder, 'workspace') }));
  const figures = {
    rounds,
    importMs: summary(loads.map((load) => load.importMs)),
    activateMs: summary(loads.map((load) => load.activateMs)),
    bothMs: summary(loads.map((load) => load.importMs + load.activateMs)),
    loadedKb: Math.round((loads[0]?.loaded ?? []).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) / 100) / 10,
    scripts: loads[0]?.loaded.length ?? 0,
  };
  console.table({ import: figures.importMs, 'activate()': figures.activateMs, both: figures.bothMs });
  console.log(`${String(figures.loadedKb)} KB in ${String(figures.scripts)} scripts (aim: activate() ≤ 50 ms in 95 of 100 loads, ≤ 300 KB)`);
  writeResult('activation', figures);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** In milliseconds. */
function summary(values: number[]): { median: number; p95: number; largest: number } {
  const sorted = values.toSorted((left, right) => left - right);
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN;
  return { median: round(median(values)), p95: round(p95), largest: round(sorted.at(-1) ?? Number.NaN) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
