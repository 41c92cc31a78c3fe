import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { datasetNameOf } from '../../../src/backend/camp/campTraining.ts';
import { findHome, workspaceAt } from '../../../src/backend/platform/workspace.ts';
import { Services } from '../../../src/backend/services.ts';
import { datasetNamePattern } from '../../../src/protocol/datasets.ts';
import { exportOptionsSchema } from '../../../src/protocol/sessionExport.ts';
import { sessionDocument } from '../../support/camp/sessionDocument.ts';
import { quietly } from '../../support/camp/workbench.ts';
import { testFolder } from '../../support/testStore.ts';

let services: Services | undefined;
afterEach(() => {
  services?.dispose();
  services = undefined;
});

function withSession(scores: (number | undefined)[]): Services {
  const folder = testFolder();
  const workspace = workspaceAt(path.join(folder, 'workspace'));
  mkdirSync(workspace.codeAgents, { recursive: true });
  services = new Services({ workspace, home: findHome({ TRAINING_CAMP_HOME: path.join(folder, 'home') }, process.platform), env: {} });
  const file = path.join(folder, 'session.json');
  const version = (index: number) => [{ systemPrompt: `You are number ${String(index)}.`, answers: [{ input: 1, content: `The answer of number ${String(index)}.`, ...(scores[index] === undefined ? {} : { score: scores[index] }) }] }];
  writeFileSync(file, JSON.stringify(sessionDocument({ inputs: [{ text: 'The printer is on fire.' }], lineages: { A: version(0), B: version(1), C: version(2), D: version(3) } })));
  services.camp.import(file, { asCopy: false });
  return services;
}

it('goes from a session to a prepared dataset in one step', async () => {
  const { campTraining, datasets } = withSession([9, 7, 4, 2]);
  const { export: exported, dataset } = await campTraining.toDataset('se_test', exportOptionsSchema.parse({ kind: 'dpo' }), { name: null, split: null }, quietly());
  // 9–7, 9–4, 9–2, 7–4, 7–2 and 4–2 are all two points apart or more.
  expect([exported.count, dataset?.format, dataset?.rows.kept, dataset?.rows.invalid]).toEqual([6, 'preference_messages', 6, 0]);
  expect(datasets.list().map(({ name, splits }) => [name, splits.train])).toEqual([['Tickets (DPO)', 6]]);
});

it('leaves no file where there is nothing, and says why', async () => {
  const { campTraining } = withSession([5, 5, undefined, undefined]);
  const { export: exported, dataset } = await campTraining.toDataset('se_test', exportOptionsSchema.parse({ kind: 'dpo' }), { name: null, split: null }, quietly());
  expect([exported.count, exported.file, dataset]).toEqual([0, null, null]);
  expect(new Set(exported.leftOut.map(({ reason }) => reason))).toEqual(new Set(['tie', 'unscored']));
});

it('writes the whole session where it is told to', () => {
  const { campTraining, camp, workspace } = withSession([9, 7, 4, 2]);
  const file = path.join(workspace.root, 'out', 'all.json');
  campTraining.export('se_test', exportOptionsSchema.parse({ kind: 'json' }), file);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ session: { id: 'se_test' }, evaluations: [{ score: 9 }, { score: 7 }, { score: 4 }, { score: 2 }] });
  expect(camp.show('se_test').evaluations.length).toBe(4);
});

it.each([
  ['Sort bug reports by component.', 'Sort bug reports by component. (DPO)'], ['Antworten für Käufer', 'Antworten für Käufer (DPO)'], ['../../etc/passwd', 'etc passwd (DPO)'],
  ['  — $(rm -rf /) "x"', 'rm -rf ) x (DPO)'], ['🔥', 'Session (DPO)'], ['案'.repeat(90), `${'案'.repeat(60)} (DPO)`],
])('names the dataset of the session %j %j', (session, name) => {
  expect(datasetNameOf(session, 'dpo')).toBe(name);
  expect(name).toMatch(datasetNamePattern);
});
