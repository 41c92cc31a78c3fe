import { expect, it } from 'vitest';
import { ChangeProbe, changesAfter, latestChange, pruneChanges, transact } from '../../../src/backend/store/changes.ts';
import { openStore } from '../../../src/backend/store/db.ts';
import { addJob, testStore } from '../../support/testStore.ts';

it('stores rows and their change lines together or not at all', () => {
  const { store } = testStore();
  addJob(store, 'a');
  const before = latestChange(store);
  expect(() => transact(store, (note) => {
    note('jobs', 'job_a');
    throw new Error('no');
  })).toThrow('no');
  expect(latestChange(store)).toBe(before);
  expect(changesAfter(store, 0).map((change) => change.topic)).toEqual(['runs', 'jobs']);
});

it('writes one line for a thing however often a transaction touches it', () => {
  const { store } = testStore();
  transact(store, (note) => {
    for (let index = 0; index < 50; index += 1) note('runs', 'run_a');
  });
  expect(changesAfter(store, 0)).toHaveLength(1);
});

it('sees another connection’s writes, not its own', () => {
  const { store, file } = testStore();
  const probe = new ChangeProbe(store);
  addJob(store, 'own');
  expect(probe.hasChanged()).toBe(false);
  const other = openStore(file);
  addJob(other, 'other');
  other.close();
  expect(probe.hasChanged()).toBe(true);
  expect(probe.hasChanged()).toBe(false);
});

it('keeps the newest lines', () => {
  const { store } = testStore();
  for (let index = 0; index < 20; index += 1) transact(store, (note) => note('runs', `run_${index}`));
  pruneChanges(store, 5);
  expect(changesAfter(store, 0).map((change) => change.id)).toEqual(['run_15', 'run_16', 'run_17', 'run_18', 'run_19']);
});
