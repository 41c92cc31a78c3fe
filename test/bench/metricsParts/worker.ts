// One measurement of the metrics benchmark in a process of its own: `store`, `draw` or `zoom`, one JSON line out.
import { statSync } from 'node:fs';
import path from 'node:path';
import { applyEvents } from '../../../src/backend/runs/applyEvents.ts';
import { drawEnvelope } from '../../../src/backend/runs/envelope.ts';
import { insertAttempt } from '../../../src/backend/store/attempts.ts';
import { transact } from '../../../src/backend/store/changes.ts';
import { openStore, type Store } from '../../../src/backend/store/db.ts';
import { insertRun } from '../../../src/backend/store/runs.ts';
import { attemptIdSchema, runIdSchema } from '../../../src/protocol/ids.ts';

const [command, folder = '', file = '', database = ''] = process.argv.slice(2);
const runId = runIdSchema.parse('run_bench');
const buckets = 500;

if (command === 'store') print(store(path.join(folder, file), path.join(folder, database)));
else print(draw(path.join(folder, file), command === 'zoom' ? 0.01 : 1));

function store(events: string, target: string) {
  const opened = openStore(target);
  try {
    addRun(opened);
    const start = performance.now();
    const applied = applyEvents(opened, runId, events);
    const seconds = (performance.now() - start) / 1000;
    // All but the plan are steps.
    const steps = applied.stored - 1;
    opened.db.pragma('wal_checkpoint(TRUNCATE)');
    return { points: steps * 7, seconds, bytes: statSync(target).size };
  } finally {
    opened.close();
  }
}

/** From an open database to the first picture: what a person waits for. */
function draw(target: string, share: number) {
  const opened = openStore(target);
  try {
    const last = opened.db.prepare<[], { step: number }>('SELECT max(last_step) AS step FROM metric_chunks').get()?.step ?? 0;
    const from = share === 1 ? null : Math.floor(last / 2);
    const to = from === null ? null : from + Math.floor(last * share);
    const start = performance.now();
    const envelope = drawEnvelope(opened.db, runId, 'loss', { from, to, buckets });
    const seconds = (performance.now() - start) / 1000;
    const mins = envelope.points.map((point) => point.min ?? Infinity);
    const maxs = envelope.points.map((point) => point.max ?? -Infinity);
    return { points: envelope.summary.count, buckets: envelope.points.length, seconds, min: Math.min(...mins), max: Math.max(...maxs) };
  } finally {
    opened.close();
  }
}

function addRun(opened: Store): void {
  transact(opened, (note) => {
    insertRun(opened, note, {
      id: runId, jobId: 'job_bench', method: 'sft', model: 'none', modelSha256: '', datasetId: 'ds_bench', datasetVersion: 1, agent: null,
      parentRunId: null, configHash: '', gitCommit: null, path: '', created: opened.clock.now().toISOString(),
    });
    insertAttempt(opened, note, { id: attemptIdSchema.parse('att_bench'), runId, jobId: 'job_bench', token: 1, device: 'cpu' });
  });
}

function print(value: unknown): void {
  console.log(JSON.stringify(value));
}
