import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findRun } from '../../../src/backend/runs/findRun.ts';
import { nextLines, tailLines } from '../../../src/backend/runs/logLines.ts';
import { readRunLog, RunLogReader } from '../../../src/backend/runs/runLog.ts';
import { applyEvents } from '../../../src/backend/runs/applyEvents.ts';
import { listRuns, readRun, type RunFilter } from '../../../src/backend/store/runs.ts';
import { transact } from '../../../src/backend/store/changes.ts';
import { setRunState } from '../../../src/backend/store/runState.ts';
import { makeStoreFixture, type StoreFixture } from '../../support/storeFixture.ts';
import { EventWriter } from '../../support/trainerEvents.ts';
import { mkdirSync } from 'node:fs';

let fixture: StoreFixture;

beforeEach(() => {
  fixture = makeStoreFixture();
});
afterEach(() => fixture.dispose());

const all: RunFilter = { states: [], agent: null, dataset: null, model: null, since: null, limit: 100, after: null };

describe('finding a run', () => {
  beforeEach(() => {
    for (const name of ['20260101-aaa', '20260101-aab', '20260102-zzz']) fixture.addRun(name);
  });

  test.each([
    ['run_20260101-aaa', 'run_20260101-aaa'],
    ['run_20260102', 'run_20260102-zzz'],
    ['20260102', 'run_20260102-zzz'],
    ['latest', 'run_20260102-zzz'],
  ])('by %s', (reference, id) => {
    expect(findRun(fixture.store, reference).id).toBe(id);
  });

  test('by a beginning that several share is refused', () => {
    expect(() => findRun(fixture.store, '20260101')).toThrow(expect.objectContaining({ code: 'run_ambiguous' }));
  });

  test.each(['', 'r', 'run_', '%', '_', 'run_20260103', '../runs', '*'])('by %j finds nothing', (reference) => {
    if (reference === 'run_') expect(() => findRun(fixture.store, reference)).toThrow(expect.objectContaining({ code: 'run_ambiguous' }));
    else expect(() => findRun(fixture.store, reference)).toThrow(expect.objectContaining({ code: 'run_not_found', kind: 'notFound' }));
  });
});

describe('a list of runs', () => {
  test('is newest first, and its pages meet', () => {
    const ids = Array.from({ length: 7 }, (_, index) => fixture.addRun(`r${index}`)).reverse();
    const first = listRuns(fixture.store, { ...all, limit: 3 });
    const last = first.at(-1);
    const second = listRuns(fixture.store, { ...all, limit: 10, after: { created: last?.created ?? '', id: last?.id ?? '' } });
    expect([...first, ...second].map((run) => run.id)).toEqual(ids);
  });

  test('is chosen by state, agent, model, dataset and time', () => {
    const mine = fixture.addRun('mine', { agent: 'A', model: 'big' });
    const other = fixture.addRun('other');
    const ids = (filter: Partial<RunFilter>) => listRuns(fixture.store, { ...all, ...filter }).map((run) => run.id);
    expect(ids({ agent: 'A' })).toEqual([mine]);
    expect(ids({ model: 'big' })).toEqual([mine]);
    expect(ids({ states: ['completed'] })).toEqual([]);
    expect(ids({ states: ['queued', 'failed'] })).toEqual([other, mine]);
    expect(ids({ dataset: 'ds_d' })).toEqual([other, mine]);
    expect(ids({ dataset: 'x' })).toEqual([]);
    expect(ids({ since: readRun(fixture.store, other)?.created ?? '' })).toEqual([other]);
  });
});

test('says how much time is left while a run trains, and how long it took when it has ended', () => {
  const run = fixture.addRun('one');
  fixture.addAttempt(run, 'a');
  const file = path.join(fixture.folder, 'events.jsonl');
  const writer = new EventWriter('att_a');
  transact(fixture.store, (note) => setRunState(fixture.store, note, run, { state: 'starting' }));
  writeFileSync(file, writer.plan(0, 10) + writer.steps(1, 4));
  applyEvents(fixture.store, run, file);
  expect(readRun(fixture.store, run)).toMatchObject({ state: 'running', etaSeconds: 3 });
  transact(fixture.store, (note) => setRunState(fixture.store, note, run, { state: 'completed' }));
  const ended = readRun(fixture.store, run);
  expect(ended?.etaSeconds).toBeNull();
  expect(readRun(fixture.store, run)?.seconds).toBe(ended?.seconds);
});

describe('a log', () => {
  const write = (text: string) => {
    const file = path.join(fixture.folder, 'trainer.log');
    writeFileSync(file, text);
    return file;
  };

  test('ends with its last lines, also when they are long and many', () => {
    const file = write(Array.from({ length: 5000 }, (_, index) => `${index} ${'x'.repeat(index % 200)}`).join('\n'));
    expect(tailLines(file, 3).lines.map((line) => line.split(' ')[0])).toEqual(['4997', '4998', '4999']);
    expect(tailLines(file, 100_000).lines).toHaveLength(5000);
    expect(tailLines(file, 0).lines).toEqual([]);
  });

  test('goes on with whole lines, and anew after it was cut', () => {
    const file = write('one\ntwo\n');
    let { offset } = tailLines(file, 1);
    appendFileSync(file, 'three\nfo');
    const next = nextLines(file, offset);
    expect(next.lines).toEqual(['three']);
    offset = next.offset;
    appendFileSync(file, 'ur\n');
    expect(nextLines(file, offset).lines).toEqual(['four']);
    truncateSync(file, 4);
    expect(nextLines(file, offset).lines).toEqual(['one']);
  });

  test('that is not there is empty', () => {
    expect(tailLines(path.join(fixture.folder, 'none'), 5).lines).toEqual([]);
    expect(nextLines(path.join(fixture.folder, 'none'), 5).lines).toEqual([]);
  });

  test('of a run has what it reported and what it printed, each once', () => {
    const id = fixture.addRun('one');
    fixture.addAttempt(id, 'a');
    const run = findRun(fixture.store, id);
    mkdirSync(run.path);
    const events = path.join(run.path, 'events.jsonl');
    const writer = new EventWriter('att_a');
    writeFileSync(events, writer.line('log', { level: 'info', message: 'hello' }) + writer.step(1));
    writeFileSync(path.join(run.path, 'trainer.log'), 'a warning\n');
    applyEvents(fixture.store, id, events);
    const reader = new RunLogReader(fixture.store, run);
    expect(readRunLog(fixture.store, run, 10)).toEqual([expect.stringMatching(/Z info {2}hello$/), 'a warning']);
    expect(reader.next()).toEqual([]);
    appendFileSync(events, writer.line('error', { reason: 'data', transient: false, message: 'no rows', hint: null }));
    appendFileSync(path.join(run.path, 'trainer.log'), 'Traceback\n');
    applyEvents(fixture.store, id, events);
    expect(reader.next()).toEqual([expect.stringMatching(/error data: no rows$/), 'Traceback']);
    expect(reader.next()).toEqual([]);
  });
});
