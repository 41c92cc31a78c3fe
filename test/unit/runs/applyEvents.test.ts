import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunId } from '../../../src/protocol/ids.ts';
import { applyEvents } from '../../../src/backend/runs/applyEvents.ts';
import { readEnvelope } from '../../../src/backend/runs/envelope.ts';
import { latestChange } from '../../../src/backend/store/changes.ts';
import { listEvents, readOffset, storeEvents } from '../../../src/backend/store/runEvents.ts';
import { readRun } from '../../../src/backend/store/runs.ts';
import { makeStoreFixture, type StoreFixture } from '../../support/storeFixture.ts';
import { EventWriter } from '../../support/trainerEvents.ts';

let fixture: StoreFixture;
let run: RunId;
let file: string;

beforeEach(() => {
  fixture = makeStoreFixture();
  run = fixture.addRun('one');
  fixture.addAttempt(run, 'a');
  file = path.join(fixture.folder, 'events.jsonl');
});
afterEach(() => fixture.dispose());

const apply = () => applyEvents(fixture.store, run, file);
const everything = { from: null, to: null, buckets: 10_000, every: null };
const shownSteps = (key = 'loss') => readEnvelope(fixture.store.db, run, key, everything).points.map((point) => point.step);

test('stores each step once, however often the file is read', () => {
  const writer = new EventWriter('att_a');
  writeFileSync(file, writer.plan(0, 10) + writer.steps(1, 4));
  expect(apply().stored).toBe(5);
  expect(apply().stored).toBe(0);
  appendFileSync(file, writer.steps(5, 6));
  expect(apply().stored).toBe(2);
  expect(shownSteps()).toEqual([1, 2, 3, 4, 5, 6]);
  expect(readRun(fixture.store, run)).toMatchObject({ step: 6, totalSteps: 10, epoch: 0.6, tokensPerSecond: 200, device: 'cpu' });
});

test('waits for the rest of a line that is still being written', () => {
  const writer = new EventWriter('att_a');
  const line = writer.step(1);
  writeFileSync(file, line.slice(0, 20));
  expect(apply()).toEqual({ stored: 0, broken: 0, unknown: 0 });
  appendFileSync(file, line.slice(20));
  expect(apply().stored).toBe(1);
});

test('counts and skips what is no event and what it does not know', () => {
  const writer = new EventWriter('att_a');
  writeFileSync(file, `${writer.step(1)}{"v":1,"t":2,"kin\n\n[1]\n${writer.line('dream', { depth: 3 })}${writer.line('step', { step: 'two' })}${writer.step(2)}`);
  const applied = apply();
  expect(applied).toMatchObject({ broken: 3, unknown: 1 });
  expect(applied.stored).toBe(2);
});

test('saves the first event of an attempt that follows a torn line', () => {
  const first = new EventWriter('att_a');
  fixture.addAttempt(run, 'b');
  const second = new EventWriter('att_b', 1_700_000_100);
  writeFileSync(file, first.plan(0, 10) + first.steps(1, 2) + first.step(3).slice(0, 30) + second.plan(2, 10) + second.step(3));
  expect(apply()).toMatchObject({ broken: 1 });
  expect(listEvents(fixture.store, run, ['plan'])).toHaveLength(2);
  expect(shownSteps()).toEqual([1, 2, 3]);
});

test('hides points beyond the checkpoint that a resume starts from', () => {
  const first = new EventWriter('att_a');
  fixture.addAttempt(run, 'b');
  const second = new EventWriter('att_b', 1_700_000_100);
  writeFileSync(file, first.plan(0, 10) + first.steps(1, 7));
  apply();
  appendFileSync(file, second.plan(4, 10) + second.step(5, 42) + second.step(6, 43));
  apply();
  expect(shownSteps()).toEqual([1, 2, 3, 4, 5, 6]);
  const envelope = readEnvelope(fixture.store.db, run, 'loss', everything);
  expect(envelope.points.at(-1)).toMatchObject({ step: 6, mean: 43 });
  expect(envelope.summary.count).toBe(6);
});

test('hides everything of an attempt that the next one begins anew', () => {
  const first = new EventWriter('att_a');
  fixture.addAttempt(run, 'b');
  const second = new EventWriter('att_b', 1_700_000_100);
  writeFileSync(file, first.plan(0, 10) + first.telemetry(0) + first.steps(1, 3) + second.plan(0, 10) + second.step(1, 9));
  apply();
  expect(readEnvelope(fixture.store.db, run, 'loss', everything).points).toMatchObject([{ step: 1, mean: 9 }]);
});

test('keeps the points of the older attempt until the next one has its plan', () => {
  const first = new EventWriter('att_a');
  writeFileSync(file, first.plan(0, 10) + first.steps(1, 3));
  apply();
  fixture.addAttempt(run, 'b');
  appendFileSync(file, new EventWriter('att_b').line('phase', { phase: 'loading', status: 'start' }));
  apply();
  expect(shownSteps()).toEqual([1, 2, 3]);
});

test('stores nothing twice when the file was cut and written again', () => {
  const writer = new EventWriter('att_a');
  const start = writer.plan(0, 10) + writer.steps(1, 3);
  writeFileSync(file, start + writer.steps(4, 5));
  apply();
  truncateSync(file, Buffer.byteLength(start));
  expect(apply().stored).toBe(0);
  appendFileSync(file, writer.step(6));
  apply();
  expect(shownSteps()).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a loss that is not finite is a point without a value', () => {
  const writer = new EventWriter('att_a');
  writeFileSync(file, writer.plan(0, 3) + writer.step(1) + writer.step(2, null));
  apply();
  const envelope = readEnvelope(fixture.store.db, run, 'loss', everything);
  expect(envelope.points[1]).toMatchObject({ step: 2, min: null, max: null, mean: null });
  expect(envelope.summary).toMatchObject({ first: 1, last: null, min: 1, max: 1, count: 2 });
});

test('keeps numbers that it does not know as metrics, and leaves samples that are missing out', () => {
  const writer = new EventWriter('att_a');
  writeFileSync(file, writer.plan(0, 3) + writer.line('step', { step: 1, epoch: 0.1, loss: 1, learningRate: 1, gradNorm: 1, tokens: 1, trainedTokens: 1, seconds: 1, rewardMargin: 0.25, note: 'x' }) + writer.telemetry(1));
  apply();
  expect(readEnvelope(fixture.store.db, run, 'rewardMargin', everything).points).toMatchObject([{ mean: 0.25 }]);
  expect(shownSteps('cpuPercent')).toEqual([1]);
  expect(shownSteps('gpuPercent')).toEqual([]);
});

test('figures of an evaluation are metrics of the validation split, and a long phase says how far it is', () => {
  const writer = new EventWriter('att_a');
  const evaluation = { loss: 5.9, tokens: 10, best: false, rawPreference: 0.25, rewardMargin: 0 };
  writeFileSync(file, writer.plan(0, 3) + writer.line('progress', { phase: 'reference', done: 40, total: 96 }) + writer.line('eval', { step: 0, ...evaluation }));
  apply();
  expect(readRun(fixture.store, run)?.phase).toBe('reference 40/96');
  expect(readEnvelope(fixture.store.db, run, 'validationRawPreference', everything).points).toMatchObject([{ step: 0, mean: 0.25 }]);
  expect(readEnvelope(fixture.store.db, run, 'validationLoss', everything).points).toMatchObject([{ step: 0, mean: 5.9 }]);
  expect(readEnvelope(fixture.store.db, run, 'validationTokens', everything).points).toEqual([]);
  expect(listEvents(fixture.store, run, ['progress'])).toEqual([]);
});

test('a file without newlines can neither stop the reading nor fill the memory', () => {
  const writer = new EventWriter('att_a');
  writeFileSync(file, `${'x'.repeat(5 * 1024 * 1024)}\n${writer.step(1)}`);
  const applied = apply();
  expect(applied.stored).toBe(1);
  expect(applied.broken).toBeGreaterThan(0);
});

test('notes one change for a batch, and none for nothing', () => {
  const writer = new EventWriter('att_a');
  writeFileSync(file, writer.plan(0, 1000) + writer.steps(1, 1000));
  const before = latestChange(fixture.store);
  apply();
  expect(latestChange(fixture.store)).toBe(before + 1);
  apply();
  expect(latestChange(fixture.store)).toBe(before + 1);
});

test('a batch that another process has stored in the meantime is stored once', () => {
  const writer = new EventWriter('att_a');
  writeFileSync(file, writer.plan(0, 10) + writer.steps(1, 3));
  const from = readOffset(fixture.store, run);
  apply();
  const snapshot = {
    phase: null, step: 99, totalSteps: null, epoch: null, loss: null, validationLoss: null, bestValidationLoss: null,
    tokensPerSecond: null, stepSeconds: null, device: null, isTraining: false,
  };
  const late = { runId: run, from, to: { byteOffset: 1, lastSeq: 4, attempt: 'att_a' }, events: [], points: new Map(), snapshot, broken: 0 };
  expect(storeEvents(fixture.store, late)).toBe(false);
  expect(readRun(fixture.store, run)?.step).toBe(3);
});

test('a run without events has none', () => {
  expect(apply()).toEqual({ stored: 0, broken: 0, unknown: 0 });
});
