import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { workspaceAt } from '../../../src/backend/platform/workspace.ts';
import { findRun } from '../../../src/backend/runs/findRun.ts';
import { runDetails } from '../../../src/backend/runs/runDetails.ts';
import { openStore } from '../../../src/backend/store/db.ts';
import { runDetailsSchema } from '../../../src/protocol/runDetails.ts';
import { addStoredRun } from '../../support/storedRun.ts';
import { testFolder } from '../../support/testStore.ts';

function detailsOf(folder: string, id: string) {
  const store = openStore(workspaceAt(folder).database);
  onTestFinished(() => store.close());
  return runDetailsSchema.parse(runDetails(store, findRun(store, id)));
}

test('a run’s phases, attempts and options by dotted key', () => {
  const folder = testFolder();
  const { phases, attempts, config, configSources } = detailsOf(folder, addStoredRun(folder, { name: 'one', steps: 12, learningRate: 3e-4 }));
  expect(phases.map(({ attempt, phase }) => `${String(attempt)} ${phase}`)).toEqual(['1 loading', '1 tokenizing', '1 fitting', '1 training', '1 saving']);
  expect(phases.every(({ from, to }) => to !== null && to > from)).toBe(true);
  expect(attempts).toMatchObject([{ number: 1, firstStep: 0, resumedFrom: null }]);
  expect(config).toMatchObject({ learningRate: 3e-4, 'lora.rank': 16, 'lora.targetModules': 'all-linear', maxSteps: null, packing: true });
  expect(configSources).toEqual({ learningRate: 'command' });
});

test('a run whose folder is gone has no options', () => {
  const folder = testFolder();
  const id = addStoredRun(folder, { name: 'one', steps: 12 });
  rmSync(path.join(workspaceAt(folder).runs, id), { recursive: true });
  expect(detailsOf(folder, id)).toMatchObject({ config: {}, configSources: {} });
});
