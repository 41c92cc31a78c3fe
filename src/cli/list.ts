import { z } from 'zod';
import { duration, figure } from '../common/figures.ts';
import { usageError } from '../protocol/errors.ts';
import { listedRunsSchema } from '../protocol/runResults.ts';
import { runStates, runStateSchema } from '../protocol/runs.ts';
import { defineCommand } from './command.ts';
import { preferredText } from './preferenceText.ts';
import { renderTable } from './table.ts';

const units: Record<string, number> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

export const listCommand = defineCommand({
  name: 'list',
  summary: 'List runs, newest first',
  details: 'Reads the database. Writes nothing.',
  options: [
    { flags: '--state <state...>', description: 'only runs in these states', choices: runStates },
    { flags: '--agent <agent>', description: 'only runs for this agent' },
    { flags: '--dataset <dataset>', description: 'only runs on this dataset, by name or id' },
    { flags: '--model <model>', description: 'only runs of this base model' },
    { flags: '--since <time>', description: 'only runs created since then: a date, a time, or 30m, 12h, 7d, 2w ago' },
    { flags: '--limit <n>', description: 'runs per page' },
    { flags: '--cursor <cursor>', description: 'the page that begins there; the page before names it' },
  ],
  examples: ['training list', 'training list --state failed interrupted --since 7d', 'training list --limit 10 --json'],
  input: z.object({
    state: z.array(z.string()).default([]),
    agent: z.string().optional(),
    dataset: z.string().optional(),
    model: z.string().optional(),
    since: z.string().optional(),
    limit: z.coerce.number().int().min(1).max(1000).default(20),
    cursor: z.string().optional(),
  }),
  result: listedRunsSchema,
  run: async ({ services }, input) => {
    await services.runs.refresh();
    const states = input.state.flatMap((text) => text.split(',')).map((text) => {
      const state = runStateSchema.safeParse(text);
      if (!state.success) throw usageError('invalid_state', `“${text}” is no state of a run.`, { hint: `There are: ${runStates.join(', ')}.` });
      return state.data;
    });
    const filter = {
      states,
      agent: input.agent ?? null,
      dataset: input.dataset ?? null,
      model: input.model ?? null,
      since: input.since === undefined ? null : parseSince(input.since, services.presentStore.clock.now()),
      limit: input.limit,
    };
    const page = services.runs.list(filter, input.cursor ?? null);
    return { ...page, runs: page.runs.map((run) => ({ ...run, preference: services.runs.preference(run) })) };
  },
  print: (result, out) => {
    if (result.runs.length === 0) {
      out.line('No runs.');
      return;
    }
    const hasPreference = result.runs.some(({ preference }) => preference !== null);
    const right = { align: 'right' as const };
    const columns = [{ title: 'run' }, { title: 'state' }, { title: 'model', maxWidth: 32 }, { title: 'dataset', maxWidth: 24 }, { title: 'agent', maxWidth: 20 }, { title: 'step', ...right }, { title: 'loss', ...right }, { title: 'best validation', ...right }, ...(hasPreference ? [{ title: 'preferred', ...right }] : []), { title: 'time', ...right }];
    const rows = result.runs.map((run) => [
      run.id,
      run.state,
      run.model,
      `${run.dataset}@${run.datasetVersion}`,
      run.agent ?? '–',
      run.totalSteps === null ? String(run.step) : `${run.step}/${run.totalSteps}`,
      figure(run.loss),
      figure(run.bestValidationLoss),
      ...(hasPreference ? [run.preference === null ? '–' : preferredText(run.preference)] : []),
      duration(run.seconds),
    ]);
    out.line(renderTable(out, columns, rows));
    if (result.nextCursor !== null) out.note(`more: training list --cursor ${result.nextCursor}`);
  },
});

/** ISO 8601 text of a date, a time, or a length of time before now. */
function parseSince(text: string, now: Date): string {
  const ago = /^(\d{1,6})([mhdw])$/.exec(text);
  const seconds = ago === null ? undefined : Number(ago[1]) * (units[ago[2] ?? ''] ?? 0);
  const time = seconds === undefined ? Date.parse(text) : now.getTime() - seconds * 1000;
  if (Number.isFinite(time) && Math.abs(time) < 8.64e15) return new Date(time).toISOString();
  throw usageError('invalid_time', `--since “${text}” is no time.`, { hint: 'Use 2026-01-31, 2026-01-31T12:00:00Z, or 30m, 12h, 7d, 2w.' });
}
