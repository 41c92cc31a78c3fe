import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { lineageLabels } from '../../src/protocol/camp.ts';
import { sessionStateSchema, sessionWorkResultSchema, type SessionWorkResult } from '../../src/protocol/sessionResults.ts';
import { Camp } from '../support/camp.ts';
import { linkModels, makeTestHome } from '../support/home.ts';
import { findOffline } from '../support/offline.ts';
import { until } from '../support/until.ts';

const offline = findOffline();
let camp: Camp;
beforeAll(async () => {
  const home = await makeTestHome();
  linkModels(home);
  camp = await Camp.make({ home, launcher: offline.launcher });
});
afterAll(async () => await camp.dispose());

const madeSchema = z.looseObject({
  export: z.looseObject({ count: z.int(), file: z.string().nullable() }),
  dataset: z.looseObject({ format: z.string(), rows: z.looseObject({ kept: z.int(), invalid: z.int() }) }),
  run: z.looseObject({ runId: z.string() }),
});

/** Work on lineages; a small model may fail at one of them, and that is told. */
async function work(args: string[]): Promise<SessionWorkResult> {
  const { code, json, stderr } = await camp.cli(['session', ...args]);
  const parsed = sessionWorkResultSchema.safeParse(json);
  if (!parsed.success) throw new Error(`training session ${args.join(' ')} exited with ${String(code)}: ${JSON.stringify(json)}${stderr}`);
  expect(code).toBe(parsed.data.outcomes.some(({ outcome }) => outcome === 'failed') || parsed.data.lineages.some(({ failed }) => failed.length > 0) ? 1 : 0);
  return parsed.data;
}

it('has no network, where the machine can take it away', ({ skip }) => {
  if (offline.reason !== null) skip(offline.reason);
  const [command = '', ...args] = offline.launcher;
  // An address that is reserved for documentation: nothing is asked of anybody, whatever this machine is connected to.
  const connects = `require('node:net').connect(443, '192.0.2.1').on('error', ({ code }) => console.log(code))`;
  expect(spawnSync(command, [...args, process.execPath, '-e', connects], { encoding: 'utf8' }).stdout.trim()).toBe('ENETUNREACH');
});

it('goes from a need to a trained adapter with the built-in model alone', async () => {
  const { session } = sessionStateSchema.parse(
    await camp.ok(['session', 'new', '--need', 'Answer a bug report in one short sentence.', '--input', 'The app crashes when I tap search.', '--model', 'builtin']),
  );
  const strategies = ['It is brief.', 'It explains the reason.', 'It asks what is missing.', 'It names the next step.'];
  const proposed = await camp.cli(['session', 'propose', session.id]);
  // What the model proposed is kept where it could; a person always may say it better.
  expect([0, 1]).toContain(proposed.code);
  for (const [index, label] of lineageLabels.entries()) {
    await camp.ok(['session', 'strategy', session.id, label, '--tag', `Way ${label}`, '--approach', strategies[index] ?? '']);
  }
  let state = await work(['confirm', session.id]);
  for (let tries = 0; state.artifacts.length < 2 && tries < 3; tries += 1) state = await work(['retry', session.id]);
  expect(state.artifacts.every(({ content }) => content.trim() !== '')).toBe(true);
  for (const [index, { lineage }] of state.artifacts.entries()) await camp.ok(['session', 'score', session.id, '--lineage', lineage, '--score', String([9, 7, 4, 2][index] ?? 1)]);

  const made = madeSchema.parse(await camp.ok(['session', 'export', session.id, '--kind', 'dpo', '--train', ...['maxSteps=1', 'threads=1', 'telemetrySeconds=0', 'device=cpu'].flatMap((setting) => ['--set', setting])]));
  expect([made.export.count > 0, made.dataset.format, made.dataset.rows.kept, made.dataset.rows.invalid]).toEqual([true, 'preference_messages', made.export.count, 0]);
  const { state: end } = await until('the run has ended', async () => {
    const run = await camp.run(made.run.runId);
    return ['completed', 'failed', 'interrupted'].includes(run.state) ? run : null;
  }, 300_000);
  expect(end).toBe('completed');
  const { adapters } = z.looseObject({ adapters: z.array(z.looseObject({ runId: z.string().nullable() })) }).parse(await camp.ok(['adapter', 'list']));
  expect(adapters.map(({ runId }) => runId)).toContain(made.run.runId);
});
