// `npm run bench -- language [LINES]`: how soon the problems of a long dataset show in the editor, and whether the backend
// answers meanwhile. Drives the built backend (node esbuild.mjs) as an editor does; medians of three rounds, each of a fresh
// process.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PublishDiagnosticsParams } from 'vscode-languageserver';
import { startBackend } from '../support/backendClient.ts';
import { plantedDefects } from '../support/plantedDefects.ts';

const rows = Number(process.argv[2] ?? 100_000);
const rounds = 3;
const keystrokes = 100;

interface Round {
  firstMs: number;
  allMs: number;
  isRight: boolean;
  publications: number;
  answerP50Ms: number;
  answerMaxMs: number;
  keyP50Ms: number;
  keyMaxMs: number;
  afterEditMs: number;
}

const folder = mkdtempSync(path.join(tmpdir(), 'language-bench-'));
try {
  const { text, lines } = plantedDefects(rows);
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round += 1) measured.push(await measure(text, lines));
  const of = (key: Exclude<keyof Round, 'isRight'>): number => Math.round(median(measured.map((one) => one[key])) * 10) / 10;
  const result = {
    lines: rows,
    megabytes: Math.round(text.length / 1e5) / 10,
    planted: lines.length,
    rounds,
    cpu: cpus()[0]?.model ?? 'unknown',
    allAtTheRightLine: measured.every(({ isRight }) => isRight),
    firstProblemsMs: of('firstMs'),
    allProblemsMs: of('allMs'),
    publications: of('publications'),
    answerDuringCheckP50Ms: of('answerP50Ms'),
    answerDuringCheckMaxMs: of('answerMaxMs'),
    keystrokeP50Ms: of('keyP50Ms'),
    keystrokeMaxMs: of('keyMaxMs'),
    problemsAfterEditMs: of('afterEditMs'),
  };
  console.table(result);
  mkdirSync(path.join(import.meta.dirname, 'results'), { recursive: true });
  writeFileSync(path.join(import.meta.dirname, 'results', 'language.json'), `${JSON.stringify(result, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(text: string, planted: readonly number[]): Promise<Round> {
  const backend = await startBackend(path.join(folder, 'workspace'), { TRAINING_CAMP_HOME: path.join(folder, 'home') }, path.resolve(import.meta.dirname, '..', '..', 'dist', 'backend.mjs'));
  const uri = 'file:///long.jsonl';
  let publications: { atMs: number; params: PublishDiagnosticsParams }[] = [];
  backend.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => void publications.push({ atMs: performance.now(), params }));
  await backend.request('workspace/status', {});
  const start = performance.now();
  await backend.connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'jsonl', version: 1, text } });
  const answers: number[] = [];
  const isWhole = (): boolean => publications.at(-1)?.params.diagnostics.length === planted.length;
  while (!isWhole()) answers.push(await answerMs());
  const allMs = (publications.at(-1)?.atMs ?? 0) - start;
  const isRight = JSON.stringify(publications.at(-1)?.params.diagnostics.map(({ range }) => range.start.line)) === JSON.stringify(planted);
  const firstMs = (publications.find(({ params }) => params.diagnostics.length > 0)?.atMs ?? 0) - start;
  const count = publications.length;

  // Typing in the middle of the file; an answer after each key tells what the key cost.
  const line = Math.floor(rows / 2);
  const keys: number[] = [];
  for (let key = 0; key < keystrokes; key += 1) {
    const before = performance.now();
    await backend.connection.sendNotification('textDocument/didChange', { textDocument: { uri, version: key + 2 }, contentChanges: [{ range: { start: { line, character: 40 + key }, end: { line, character: 40 + key } }, text: 'x' }] });
    await backend.request('workspace/status', {});
    keys.push(performance.now() - before);
    await sleep(30);
  }
  publications = [];
  const edited = performance.now();
  await backend.connection.sendNotification('textDocument/didChange', { textDocument: { uri, version: keystrokes + 2 }, contentChanges: [{ range: { start: { line, character: 0 }, end: { line, character: 1 } }, text: '' }] });
  while (!publications.some(({ params }) => params.version === keystrokes + 2)) await sleep(2);
  const afterEditMs = (publications.at(-1)?.atMs ?? 0) - edited;
  await backend.end();
  return { firstMs, allMs, isRight, publications: count, answerP50Ms: median(answers), answerMaxMs: Math.max(...answers), keyP50Ms: median(keys), keyMaxMs: Math.max(...keys), afterEditMs };

  async function answerMs(): Promise<number> {
    const before = performance.now();
    await backend.request('workspace/status', {});
    return performance.now() - before;
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
