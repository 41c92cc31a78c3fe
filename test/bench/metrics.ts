// `npm run bench -- metrics [POINTS]`: how fast a trainer's events get into the store, and how soon a chart of a long
// series is drawn, against TensorBoard's EventAccumulator on the same points (installed into .tools/bench/tensorboard).
// Every figure is of a fresh process, three rounds in turn, medians.
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { EventWriter } from '../support/trainerEvents.ts';

const root = path.resolve(import.meta.dirname, '../..');
const venv = path.join(root, '.tools', 'bench', 'tensorboard');
const python = path.join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
const peer = path.join(import.meta.dirname, 'metricsParts', 'tensorboard_peer.py');
const worker = path.join(import.meta.dirname, 'metricsParts', 'worker.ts');
const points = Number(process.argv[2] ?? 1_000_000);
const rounds = 3;

const storedSchema = z.object({ points: z.number(), seconds: z.number(), bytes: z.number() });
const drawnSchema = z.object({ points: z.number(), buckets: z.number(), seconds: z.number(), min: z.number(), max: z.number() });

const folder = mkdtempSync(path.join(tmpdir(), 'training-camp-bench-'));
try {
  await installPeer();
  // A step has six metrics and the speed that is computed from it: so many lines make the points asked for.
  const lines = Math.ceil(points / 7);
  console.log(`writing ${lines} step events, and a series of ${points} points for both sides …`);
  writeEvents(path.join(folder, 'events.jsonl'), lines);
  writeEvents(path.join(folder, 'series.jsonl'), points);
  await run(process.execPath, [worker, 'store', folder, 'series.jsonl', 'series.db']);
  await run(python, [peer, 'write', path.join(folder, 'tensorboard'), String(points)]);

  const stored: z.infer<typeof storedSchema>[] = [];
  const drawn: z.infer<typeof drawnSchema>[] = [];
  const zoomed: z.infer<typeof drawnSchema>[] = [];
  const loaded: z.infer<typeof drawnSchema>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    stored.push(storedSchema.parse(await run(process.execPath, [worker, 'store', folder, 'events.jsonl', `round-${round}.db`])));
    drawn.push(drawnSchema.parse(await run(process.execPath, [worker, 'draw', folder, 'series.db'])));
    zoomed.push(drawnSchema.parse(await run(process.execPath, [worker, 'zoom', folder, 'series.db'])));
    loaded.push(drawnSchema.parse(await run(python, [peer, 'load', path.join(folder, 'tensorboard')])));
  }

  const storeRate = median(stored.map((round) => round.points / round.seconds));
  const envelope = median(drawn.map((round) => round.seconds));
  const zoom = median(zoomed.map((round) => round.seconds));
  const tensorboard = median(loaded.map((round) => round.seconds));
  const result = {
    points,
    rounds,
    cpu: cpus()[0]?.model ?? 'unknown',
    storePointsPerSecond: Math.round(storeRate),
    bytesPerPoint: median(stored.map((round) => round.bytes / round.points)),
    firstEnvelopeSeconds: envelope,
    zoomSeconds: zoom,
    tensorboardLoadSeconds: tensorboard,
    timesFaster: tensorboard / envelope,
    keepsExtrema: drawn.every((round) => round.min === -1000 && round.max === 1000),
  };
  console.table({
    'events to store': { figure: `${result.storePointsPerSecond.toLocaleString('en-US')} points/s`, aim: '≥ 300,000' },
    'first envelope': { figure: `${(envelope * 1000).toFixed(1)} ms`, aim: '≤ 20 ms' },
    'zoom into 1 %': { figure: `${(zoom * 1000).toFixed(1)} ms`, aim: '' },
    'TensorBoard load': { figure: `${tensorboard.toFixed(2)} s`, aim: '' },
    'times faster': { figure: result.timesFaster.toFixed(0), aim: '≥ 100' },
    'extrema kept': { figure: String(result.keepsExtrema), aim: 'true' },
  });
  mkdirSync(path.join(import.meta.dirname, 'results'), { recursive: true });
  writeFileSync(path.join(import.meta.dirname, 'results', 'metrics.json'), `${JSON.stringify(result, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** One value is far below and one far above all others: a chart that loses one of them is wrong. */
function writeEvents(file: string, count: number): void {
  const writer = new EventWriter('att_bench');
  const batch = 20_000;
  writeFileSync(file, writer.plan(0, count));
  for (let first = 1; first <= count; first += batch) {
    let text = '';
    for (let step = first; step < first + batch && step <= count; step += 1) {
      text += writer.step(step, step === Math.ceil(count / 3) ? -1000 : step === Math.ceil(count / 2) ? 1000 : 1 / step);
    }
    writeFileSync(file, text, { flag: 'a' });
  }
  console.log(`  ${path.basename(file)}: ${(statSync(file).size / 1e6).toFixed(0)} MB`);
}

async function installPeer(): Promise<void> {
  const check = await execa(python, ['-c', 'import tensorboard'], { reject: false });
  if (check.exitCode === 0) return;
  console.log('installing TensorBoard for the comparison …');
  await execa(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', venv], { stdio: 'inherit' });
  await execa(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'tensorboard', 'setuptools<81'], { stdio: 'inherit' });
}

async function run(file: string, args: string[]): Promise<unknown> {
  const { stdout } = await execa(file, args, { stderr: 'inherit' });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? 'null');
}

function median(values: number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
