import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { listFolder } from '../../../src/backend/platform/files.ts';
import type { Store } from '../../../src/backend/store/db.ts';
import type { SessionDocument } from '../../../src/protocol/camp.ts';
import { CampCli } from './campCli.ts';
import { until } from '../until.ts';

const labels = ['A', 'B', 'C', 'D'] as const;
const score = { A: 6, B: 7, C: 5, D: 8 };

/** Answers in the journal. */
function stored(store: Store): number {
  return store.db.prepare<[], { n: number }>('SELECT count(*) AS n FROM model_calls WHERE is_usable = 1').get()?.n ?? 0;
}

async function wholeAnswers(camp: CampCli): Promise<number> {
  return (await camp.chats()).filter(({ isWhole }) => isWhole).length;
}

/** Whether a lineage is wholly in a cycle: its version, its record, its answer, and that it stands there. */
function isWhole(document: SessionDocument, label: string, cycle: number): boolean {
  const lineage = document.lineages.find((one) => one.label === label);
  const version = lineage?.agents.at(-1)?.version;
  const standing = document.cycles.find(({ number }) => number === cycle)?.standings.filter((one) => one.lineage === label) ?? [];
  const executions = document.executions.filter((one) => one.lineage === label && one.version === version);
  const record = document.evolutions.filter((one) => one.lineage === label && one.toCycle === cycle);
  return (
    lineage?.cycle === cycle && version === cycle && standing.length === 1 && executions.length === 1 && executions[0]?.cycle === cycle &&
    executions[0].id === standing[0]?.execution && document.artifacts.some(({ id }) => id === executions[0]?.artifact) && record.length === (cycle === 1 ? 0 : 1)
  );
}

/**
 * Regenerates a session as often as told, ends each by SIGKILL at a random moment, and lets it go on. After each: no half
 * lineage, no doubled cycle, and over both together each call was made exactly once. Answers a line for each kill.
 */
export async function killRegenerations(kills: number, pace: 'a word at a time' | 'at once'): Promise<string[]> {
  const camp = await CampCli.start(pace === 'at once' ? 'campScriptAtOnce.ts' : 'campScript.ts');
  const opened: Store[] = [];
  try {
    return await kill(camp, kills, (store) => {
      opened.push(store);
    });
  } finally {
    for (const store of opened) store.close();
    await camp.dispose();
  }
}

async function kill(camp: CampCli, kills: number, onOpened: (store: Store) => void): Promise<string[]> {
  const made = await camp.state(['new', '--need', 'Answer tickets.', '--input', 'The printer is on fire.']);
  const session = made.session.id;
  await camp.state(['propose', session]);
  await camp.work(['confirm', session]);
  await camp.score(session, score);
  const store = camp.openStore();
  onOpened(store);
  // One cycle without a kill tells how many calls one takes.
  const [chatsBefore, storedBefore] = [(await camp.chats()).length, stored(store)];
  await camp.work(['regenerate', session]);
  const needed = (await camp.chats()).length - chatsBefore;
  expect(stored(store) - storedBefore).toBe(needed);

  const report: string[] = [];
  for (let round = 1; round <= kills; round += 1) {
    await camp.score(session, score);
    const before = await camp.document(session);
    const from = before.cycles.length;
    const [storedAtStart, wholeAtStart, askedAtStart] = [stored(store), await wholeAnswers(camp), (await camp.chats()).length];
    const victim = camp.spawn(['session', 'regenerate', session]);
    const exited = once(victim, 'exit');
    // Spread over the whole of the work, by what is stored; the time after it is random.
    const share = ((round - 1 + Math.random()) / kills) * needed;
    await until(`${String(Math.floor(share))} answers are stored`, () => victim.exitCode !== null || stored(store) - storedAtStart >= Math.floor(share), 60_000);
    await delay(Math.random() * 60);
    victim.kill('SIGKILL');
    await exited;

    const paid = stored(store) - storedAtStart;
    const [whole, asked] = [(await wholeAnswers(camp)) - wholeAtStart, (await camp.chats()).length - askedAtStart];
    const killed = await camp.document(session);
    const stands = labels.map((label) => killed.lineages.find((lineage) => lineage.label === label)?.cycle ?? 0);
    for (const [index, label] of labels.entries()) {
      const cycle = stands[index] ?? 0;
      expect([from, from + 1], `${label} after kill ${String(round)}`).toContain(cycle);
      expect(isWhole(killed, label, cycle), `${label} is whole after kill ${String(round)}`).toBe(true);
    }
    const isOver = stands.every((cycle) => cycle === from + 1);
    if (!isOver) await camp.work(['regenerate', session]);
    // Nothing is asked twice: what was stored is read, and what was under way comes from the keeper.
    expect((await camp.chats()).length - askedAtStart, `calls with kill ${String(round)}, of which ${String(paid)} were stored and ${String(asked)} made before it`).toBe(needed);
    expect(await wholeAnswers(camp), `whole answers with kill ${String(round)}`).toBe(wholeAtStart + needed);
    expect(listFolder(camp.workspace.answers), `answers left over by kill ${String(round)}`).toEqual([]);
    expect(stored(store) - storedAtStart).toBe(needed);
    const after = await camp.document(session);
    expect(after.cycles.map(({ number, standings }) => [number, standings.length])).toEqual(Array.from({ length: from + 1 }, (_, index) => [index + 1, 4]));
    for (const label of labels) expect(isWhole(after, label, from + 1)).toBe(true);
    report.push(`${String(round)}: ${String(paid)} of ${String(needed)} answers stored, ${String(whole - paid)} answered and not stored, ${String(asked - whole)} under way, lineages at ${stands.map((cycle) => (cycle === from ? 'n' : 'n+1')).join(' ')}`);
  }
  return report;
}
