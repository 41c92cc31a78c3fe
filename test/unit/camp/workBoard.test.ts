import { expect, it } from 'vitest';
import { quietly, workbench, type Workbench } from '../../support/camp/workbench.ts';
import { until } from '../../support/until.ts';

const firstWords = { when: { system: /^You work the/ }, reply: { text: 'It burns brightly, and nobody comes.', trouble: { stallAt: 3 } } };

/** Agents are made, and each answer stops after its first words. */
async function stalled(): Promise<Workbench & { session: string; ended: Promise<unknown> }> {
  const bench = await workbench();
  const session = await bench.create();
  await bench.work.propose(session, null, quietly());
  bench.server.use(firstWords);
  const ended = bench.work.confirm(session, null, quietly()).catch((error: unknown) => error);
  return { ...bench, session, ended };
}

it('tells work under way to whoever asks: what it is, since when, and what is written on the asked input', async () => {
  const { work, camp, session, ended } = await stalled();
  const seen = await until('a text', () => {
    const { work: now } = work.current(session, 1);
    return now !== null && now.texts.length > 0 ? now : false;
  });
  expect(seen.kind).toBe('confirm');
  // B's may have begun as well.
  expect(seen.texts[0]).toMatchObject({ lineage: 'A', text: expect.stringMatching(/^It /) as unknown });
  expect(Date.parse(seen.since)).not.toBeNaN();
  expect(seen.message).not.toBe('');
  expect(work.current(session, 2).work?.texts).toEqual([]);
  expect(camp.list().sessions.map(({ isWorking }) => isWorking)).toEqual([true]);
  await expect(work.judge(session, quietly())).rejects.toMatchObject({ code: 'session_busy' });
  // The refusal is none of the work's.
  expect(work.current(session, 1).work?.kind).toBe('confirm');
  expect(work.cancel(session)).toBe(true);
  expect(await ended).toMatchObject({ code: 'work_cancelled' });
  expect(work.current(session, 1)).toMatchObject({ work: null, ended: { kind: 'confirm', problem: null } });
  expect(work.cancel(session)).toBe(false);
  expect(camp.list().sessions.map(({ isWorking }) => isWorking)).toEqual([false]);
});

it('is seen and ended from another process', async () => {
  const { other, session, ended } = await stalled();
  expect(other.current(session, 1)).toMatchObject({ work: { kind: 'elsewhere', texts: [] }, ended: null });
  expect(other.cancel(session)).toBe(true);
  expect(await ended).toMatchObject({ code: 'work_cancelled' });
  expect(other.current(session, 1)).toEqual({ work: null, ended: null });
});

it('keeps how the last work ended: why it failed, or what it suggested', async () => {
  const { work, create, server } = await workbench();
  const session = await create();
  server.use({ when: { schema: 'inputs' }, reply: { text: 'no JSON' } });
  await expect(work.suggestInputs(session, 2, quietly())).rejects.toMatchObject({ code: 'structured_output_invalid' });
  const { ended } = work.current(session, 1);
  expect(ended).toMatchObject({ kind: 'suggestInputs', problem: { code: 'structured_output_invalid' }, suggested: [] });
  server.use({ when: { schema: 'inputs' }, reply: { json: { inputs: ['The lift is stuck.', 'The tap drips.'] } } });
  const { inputs } = await work.suggestInputs(session, 2, quietly());
  expect(work.current(session, 1).ended).toMatchObject({ problem: null, suggested: inputs });
});
