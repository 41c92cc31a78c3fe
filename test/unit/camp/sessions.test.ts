import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeCamp, type CampService } from '../../../src/backend/camp/campService.ts';
import { workspaceAt } from '../../../src/backend/platform/workspace.ts';
import type { Store } from '../../../src/backend/store/db.ts';
import { sessionDocumentSchema } from '../../../src/protocol/camp.ts';
import { CampError } from '../../../src/protocol/errors.ts';
import { newSessionSchema } from '../../../src/protocol/sessionResults.ts';
import { sessionDocument } from '../../support/camp/sessionDocument.ts';
import { testFolder, testStore } from '../../support/testStore.ts';

interface Bench {
  camp: CampService;
  store: Store;
  folder: string;
  fileOf: (id: string) => string;
}

function bench(): Bench {
  const folder = testFolder();
  const workspace = workspaceAt(folder);
  mkdirSync(workspace.training);
  const { store } = testStore(workspace.training);
  const place = () => ({ workspace, store, notify: () => undefined });
  const camp = makeCamp({ place, newPlace: place, defaultModel: async () => await Promise.resolve('builtin'), limitBytes: () => 800 });
  return { camp, store, folder, fileOf: (id) => path.join(workspace.codeAgents, 'camp', `${id}.json`) };
}

const prompts = { A: 'You are brief.', B: 'You are long.', C: 'You are kind.', D: 'You are strict.' };

/** Four lineages in their first cycle, with one training input and one that is held out. */
function scoredDocument(scores: Partial<Record<keyof typeof prompts, number>> = {}) {
  const version = (label: keyof typeof prompts) => [
    {
      systemPrompt: prompts[label],
      answers: [
        { input: 1, content: `answer of ${label}`, ...(scores[label] === undefined ? {} : { score: scores[label] }) },
        { input: 2, content: `held-out answer of ${label}` },
      ],
    },
  ];
  return sessionDocument({ inputs: [{ text: 'The printer is on fire.' }, { text: 'The mouse is dead.', isHeldOut: true }], lineages: { A: version('A'), B: version('B'), C: version('C'), D: version('D') } });
}

function importedBench(scores: Partial<Record<keyof typeof prompts, number>> = {}): Bench {
  const made = bench();
  const file = path.join(made.folder, 'hand-made.json');
  writeFileSync(file, JSON.stringify(scoredDocument(scores)));
  made.camp.import(file, { asCopy: false });
  return made;
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof CampError) return error.code;
    throw error;
  }
  return 'none';
}

describe('a new session', () => {
  it('is saved to its file as it is shown', async () => {
    const { camp, fileOf } = bench();
    const { session } = await camp.create(newSessionSchema.parse({ need: 'Sort tickets.\nQuickly.', inputs: [{ text: 'one' }, { text: 'two', split: 'heldOut' }] }), new AbortController().signal);
    expect(session).toMatchObject({ name: 'Sort tickets.', mode: 'training', stage: 'draft', model: 'builtin', trainerModel: 'builtin' });
    expect(sessionDocumentSchema.parse(JSON.parse(readFileSync(fileOf(session.id), 'utf8')))).toEqual(camp.show(session.id));
    expect(camp.list().sessions).toMatchObject([{ id: session.id, cycle: 0, inputs: 2, lineages: [] }]);
  });

  it('is found by the beginning of its id and by its name', async () => {
    const { camp } = bench();
    const { session } = await camp.create(newSessionSchema.parse({ need: 'n', name: 'Desk' }), new AbortController().signal);
    expect([camp.show('Desk'), camp.show(session.id.slice(0, -2))].map((document) => document.session.id)).toEqual([session.id, session.id]);
    expect(codeOf(() => camp.show('Desks'))).toBe('session_not_found');
  });
});

describe('an imported document', () => {
  it('comes out as it went in', () => {
    const { camp } = importedBench({ A: 9, B: 7 });
    const [before, after] = [scoredDocument({ A: 9, B: 7 }), camp.show('se_test')];
    expect({ ...after, session: { ...after.session, updated: '' }, lineages: [], artifacts: [] }).toEqual({ ...before, session: { ...before.session, updated: '' }, lineages: [], artifacts: [] });
    expect(after.artifacts.map(({ id, content }) => ({ id, content }))).toEqual(before.artifacts.map(({ id, content }) => ({ id, content })));
    expect(after.lineages.map(({ agents }) => agents.map(({ definition }) => definition))).toEqual(before.lineages.map(({ agents }) => agents.map(({ definition }) => definition)));
  });

  it('is told with the path of what is wrong', () => {
    const { camp, folder } = bench();
    const file = path.join(folder, 'bad.json');
    const document = scoredDocument({ A: 9 });
    writeFileSync(file, JSON.stringify({ ...document, evaluations: [{ ...document.evaluations[0], score: 11 }] }));
    expect(() => camp.import(file, { asCopy: false })).toThrow(/\$\.evaluations\[0\]\.score/);
    writeFileSync(file, JSON.stringify({ ...document, artifacts: document.artifacts.slice(1) }));
    expect(() => camp.import(file, { asCopy: false })).toThrow(/\$\.executions\[0\]\.artifact: there is no artifact/);
    // One more than this would be no number that is stored exactly.
    writeFileSync(file, JSON.stringify({ ...document, inputs: document.inputs.map((input) => ({ ...input, number: Number.MAX_SAFE_INTEGER - input.number })) }));
    expect(() => camp.import(file, { asCopy: false })).toThrow(/\$\.inputs\[0\]\.number: 9007199254740990 is higher/);
    expect(camp.list().sessions).toEqual([]);
  });

  it('changes nothing a second time, and is refused with other content unless as a copy', () => {
    const { camp, folder, fileOf } = importedBench({ A: 9 });
    expect(camp.import(fileOf('se_test'), { asCopy: false }).isNew).toBe(false);
    const other = path.join(folder, 'other.json');
    writeFileSync(other, JSON.stringify(scoredDocument({ A: 3 })));
    expect(codeOf(() => camp.import(other, { asCopy: false }))).toBe('session_exists');
    const { session, isCopy } = camp.import(other, { asCopy: true });
    expect([isCopy, session.id === 'se_test', camp.list().sessions.length]).toEqual([true, false, 2]);
  });

  it('is listed while only its file is there', async () => {
    const { camp, fileOf } = importedBench({ A: 9 });
    const text = readFileSync(fileOf('se_test'), 'utf8');
    await camp.delete('se_test', true);
    writeFileSync(fileOf('se_test'), text);
    expect(camp.list()).toMatchObject({ sessions: [], importable: [{ id: 'se_test', name: 'Tickets' }] });
    expect(() => camp.show('se_test')).toThrow(expect.objectContaining({ hint: expect.stringContaining('session import') as unknown }) as Error);
  });
});

describe('scores', () => {
  it.each([0, 11, 5.5, Number.NaN])('refuse %d in the database too', (score) => {
    const { camp } = importedBench();
    expect(() => camp.score('se_test', { target: { lineage: 'A', input: 1 }, score, comment: '' })).toThrow();
    expect(camp.show('se_test').evaluations).toEqual([]);
  });

  it('keep their history, and the latest counts', () => {
    const { camp } = importedBench();
    camp.score('se_test', { target: { lineage: 'A', input: 1 }, score: 4, comment: 'so so' });
    const { artifacts } = camp.score('se_test', { target: { artifact: 'ar_a1-1' }, score: 9, comment: '' });
    expect(artifacts.find(({ id }) => id === 'ar_a1-1')?.score).toBe(9);
    expect(camp.show('se_test').evaluations.map(({ score }) => score)).toEqual([4, 9]);
  });

  it('are never changed nor taken away', () => {
    const { store } = importedBench({ A: 9 });
    expect(() => store.db.exec('UPDATE evaluations SET score = 1')).toThrow('only added');
    expect(() => store.db.exec('DELETE FROM evaluations')).toThrow('only added');
    expect(() => store.db.exec('DELETE FROM training_events')).toThrow('only added');
  });

  it('that are missing are named; held-out inputs and locked lineages are not asked for', () => {
    const { camp } = importedBench({ A: 9, B: 7 });
    expect(camp.state('se_test').missing).toEqual([{ lineage: 'C', input: 1, reason: 'notScored' }, { lineage: 'D', input: 1, reason: 'notScored' }]);
    camp.setLock('se_test', 'C', true);
    expect(camp.state('se_test').missing).toEqual([{ lineage: 'D', input: 1, reason: 'notScored' }]);
  });

  it('need the input named where there are several', () => {
    const { camp } = importedBench();
    expect(codeOf(() => camp.score('se_test', { target: { lineage: 'A', input: null }, score: 4, comment: '' }))).toBe('input_not_named');
    expect(codeOf(() => camp.score('se_test', { target: { lineage: 'A', input: 3 }, score: 4, comment: '' }))).toBe('input_not_found');
  });
});

describe('directives', () => {
  it('change alone, and an empty one is none', () => {
    const { camp } = importedBench();
    camp.direct('se_test', 'B', { sticky: 'Be short.', oneShot: 'Use a list.' });
    camp.direct('se_test', 'B', { oneShot: ' ' });
    expect(camp.show('se_test').lineages.map(({ directives }) => directives)).toEqual([
      { sticky: null, oneShot: null }, { sticky: 'Be short.', oneShot: null }, { sticky: null, oneShot: null }, { sticky: null, oneShot: null },
    ]);
  });
});

describe('the file', () => {
  it('that somebody else changed is kept beside', () => {
    const { camp, folder, fileOf } = importedBench();
    writeFileSync(fileOf('se_test'), JSON.stringify(scoredDocument({ A: 2 })));
    camp.rename('se_test', 'Renamed');
    expect(sessionDocumentSchema.parse(JSON.parse(readFileSync(fileOf('se_test'), 'utf8'))).session.name).toBe('Renamed');
    expect(camp.list().importable).toEqual([]);
    expect(readFileSync(path.join(folder, 'CodeAgents', 'camp', 'se_test.json'), 'utf8')).toContain('Renamed');
  });
});

it('deletes a session only when told twice, and nothing of it stays', async () => {
  const { camp, store } = importedBench({ A: 9 });
  await expect(camp.delete('se_test', false)).rejects.toMatchObject({ code: 'confirm_delete' });
  await camp.delete('se_test', true);
  for (const table of ['sessions', 'evaluations', 'training_events', 'payloads', 'executions']) {
    expect(store.db.prepare<[], { n: number }>(`SELECT count(*) AS n FROM ${table}`).get()?.n, table).toBe(0);
  }
});

it('warns when sessions near their quota', () => {
  const { camp } = importedBench();
  expect(camp.list().usage).toMatchObject({ limitBytes: 800, isNearLimit: true });
  expect(camp.list(1_000_000).usage).toMatchObject({ limitBytes: 1_000_000, isNearLimit: false });
});

it('writes a lineage’s agent to CodeAgents, and asks before it changes one that came from elsewhere', () => {
  const { camp, folder } = importedBench({ A: 9 });
  const saved = camp.saveAgent('se_test', { lineage: 'A', version: null, name: 'Brief', isConfirmed: false });
  const file = path.join(folder, 'CodeAgents', 'Brief', 'agent.yaml');
  expect([saved.file, readFileSync(file, 'utf8').includes('You are brief.')]).toEqual(['CodeAgents/Brief/agent.yaml', true]);
  expect(codeOf(() => camp.saveAgent('se_test', { lineage: 'B', version: null, name: 'Brief', isConfirmed: false }))).toBe('agent_exists');
  expect(readFileSync(file, 'utf8')).toContain('You are brief.');
});
