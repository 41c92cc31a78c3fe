import { z } from 'zod';
import { count, figure } from '../common/figures.ts';
import { usageError } from '../protocol/errors.ts';
import { metricsResultSchema, type MetricsResult } from '../protocol/runResults.ts';
import { defineCommand } from './command.ts';
import { stringify, type Output } from './output.ts';
import { renderTable, sparkline } from './table.ts';

const step = z.coerce.number().int().min(0);

export const metricsCommand = defineCommand({
  name: 'metrics',
  summary: 'Show a run’s metrics, drawn small without losing an extremum',
  details:
    'Reads the database. Writes nothing.\n' +
    'A point is a bucket of steps with its minimum, maximum and mean; step and t are of its first measurement.',
  args: [{ name: 'run', description: 'a run’s id or the beginning of it, or latest', isRequired: true }],
  options: [
    { flags: '--key <metric...>', description: 'only these metrics, such as loss or validationLoss' },
    { flags: '--points <n>', description: 'at most so many points per metric' },
    { flags: '--from <step>', description: 'first step' },
    { flags: '--to <step>', description: 'last step' },
    { flags: '--every <n>', description: 'one point for every N steps, instead of --points' },
    { flags: '--csv', description: 'comma-separated values on stdout' },
  ],
  examples: ['training metrics latest', 'training metrics latest --key loss --from 100 --to 200 --csv', 'training metrics latest --key loss validationLoss --points 200 --json'],
  input: z.object({
    run: z.string(),
    key: z.array(z.string()).default([]),
    points: z.coerce.number().int().min(1).max(100_000).default(500),
    from: step.optional(),
    to: step.optional(),
    every: z.coerce.number().int().min(1).optional(),
    csv: z.boolean().default(false),
  }),
  result: metricsResultSchema,
  run: async ({ services, out }, input) => {
    if (input.csv && out.isJson) throw usageError('usage', '--csv and --json exclude each other.');
    if (input.from !== undefined && input.to !== undefined && input.from > input.to) throw usageError('usage', '--from is behind --to.');
    await services.runs.refresh();
    const keys = input.key.flatMap((key) => key.split(','));
    const result = services.runs.metrics(input.run, { keys, from: input.from ?? null, to: input.to ?? null, buckets: input.points, every: input.every ?? null });
    if (input.csv) printCsv(result, out);
    return result;
  },
  // CSV is written by run: print cannot know of the flag.
  isStream: (input) => input.csv,
  print: (result, out) => {
    const keys = Object.keys(result.summary);
    if (keys.length === 0) {
      out.line('No metrics yet.');
      return;
    }
    const right = ['first', 'last', 'min', 'max', 'mean', 'points'].map((title) => ({ title, align: 'right' as const }));
    const rows = Object.entries(result.summary).map(([key, row]) => [key, figure(row.first), figure(row.last), figure(row.min), figure(row.max), figure(row.mean), count(row.count), curve(result, key)]);
    out.line(renderTable(out, [{ title: 'metric' }, ...right, { title: '' }], rows));
  },
});

const curveWidth = 32;

function curve(result: MetricsResult, key: string): string {
  const means = (result.series[key] ?? []).flatMap((point) => (point.mean === null ? [] : [point.mean]));
  const every = Math.max(1, Math.ceil(means.length / curveWidth));
  return sparkline(means.filter((_, index) => index % every === 0));
}

function printCsv(result: MetricsResult, out: Output): void {
  out.line('metric,step,t,min,max,mean');
  for (const [key, points] of Object.entries(result.series)) {
    for (const point of points) out.line([csvText(key), point.step, point.t, point.min ?? '', point.max ?? '', point.mean ?? ''].join(','));
  }
}

/** A metric's name comes from the trainer's events: quoted where it needs it, and no spreadsheet formula. */
function csvText(text: string): string {
  return /^[A-Za-z0-9_.]+$/.test(text) ? text : `"'${stringify(text).slice(1, -1).replaceAll('"', '""')}"`;
}
