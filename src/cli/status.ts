import { z } from 'zod';
import { count, duration, figure } from '../common/figures.ts';
import { plainText } from '../common/plainText.ts';
import { statusResultSchema, type RunStatus, type WorkspaceStatus } from '../protocol/runResults.ts';
import { defineCommand } from './command.ts';
import { followRun } from './followRun.ts';
import type { Output } from './output.ts';
import { preferenceText } from './preferenceText.ts';
import { printPairs, runLine, stateText } from './runFormat.ts';
import { renderTable } from './table.ts';

export const statusCommand = defineCommand({
  name: 'status',
  summary: 'Show where a run is; without RUN the worker, the queue and the newest runs',
  details: 'Reads the database and, with --logs, the run’s log. Restarts a worker that died while work waits.',
  args: [{ name: 'run', description: 'a run’s id or the beginning of it, or latest' }],
  options: [
    { flags: '-f, --follow', description: 'keep showing until the run ends; Ctrl-C stops showing, not the run' },
    { flags: '--metrics', description: 'add first, last, lowest and highest value of each metric' },
    { flags: '--logs', description: 'add the last lines of the log' },
  ],
  examples: ['training status', 'training status latest --follow', 'training status latest --metrics --json'],
  input: z.object({ run: z.string().optional(), follow: z.boolean().default(false), metrics: z.boolean().default(false), logs: z.boolean().default(false) }),
  result: statusResultSchema,
  run: async (context, { run, follow, metrics, logs }) => {
    const { services, out } = context;
    await services.runs.refresh();
    if (run === undefined && !follow) return services.runs.workspaceStatus();
    const reference = run ?? 'latest';
    if (follow) {
      const last = await followRun(context, reference);
      const result = services.runs.status(last.id, { metrics, logs });
      if (context.signal.aborted) {
        out.note(`Stopped showing; the run goes on. training status ${last.id} --follow`);
        return result;
      }
      if (!out.isJson) printRun(result, out);
      else if (metrics || logs) out.json(result);
      return result;
    }
    return services.runs.status(reference, { metrics, logs });
  },
  isStream: (input) => input.follow,
  exitCode: (result, input) => (input.follow && 'run' in result && ['failed', 'interrupted'].includes(result.run.state) ? 1 : 0),
  print: (result, out) => ('run' in result ? printRun(result, out) : printWorkspace(result, out)),
});

function printRun(status: RunStatus, out: Output): void {
  const { run } = status;
  out.line(`${out.color.bold(run.id)}  ${stateText(run.state, out)}${run.reason === null ? '' : ` (${run.reason})`}`);
  if (run.message !== null) out.line(plainText(run.message));
  if (run.hint !== null) out.line(`${out.color.dim('hint:')} ${plainText(run.hint)}`);
  const rows: [string, string][] = [
    ['model', run.model],
    ['dataset', `${run.dataset}@${run.datasetVersion}`],
    ['phase', run.phase ?? '–'],
    ['step', run.totalSteps === null ? count(run.step) : `${count(run.step)} of ${count(run.totalSteps)}`],
    ['epoch', figure(run.epoch)],
    ['loss', figure(run.loss)],
    ['validation loss', run.bestValidationLoss === null ? figure(run.validationLoss) : `${figure(run.validationLoss)}, best ${figure(run.bestValidationLoss)}`],
    ...(status.preference === null ? [] : [['preferred', preferenceText(status.preference)] satisfies [string, string]]),
    ['speed', run.tokensPerSecond === null ? '–' : `${count(run.tokensPerSecond)} tokens/s on ${run.device ?? 'an unknown device'}`],
    ['time', `${duration(run.seconds)}${run.etaSeconds === null ? '' : `, ${duration(run.etaSeconds)} left`}`],
    ['attempts', count(run.attempts)],
    ['adapter', run.adapterId ?? '–'],
    ['folder', run.path],
  ];
  printPairs(out, rows);
  for (const alert of status.alerts) out.line(`${alert.severity === 'error' ? out.color.red('alert') : out.color.yellow('alert')} ${alert.code}: ${plainText(alert.message)}`);
  const newest = status.checkpoints.at(-1);
  if (newest !== undefined) out.line(`${status.checkpoints.length} checkpoints, the newest is ${plainText(newest.name)} (${newest.reason})`);
  if (status.metrics !== undefined) {
    const metrics = Object.entries(status.metrics).map(([key, row]) => [key, figure(row.first), figure(row.last), figure(row.min), figure(row.max), count(row.count)]);
    out.line(renderTable(out, [{ title: 'metric' }, ...['first', 'last', 'min', 'max', 'points'].map((title) => ({ title, align: 'right' as const }))], metrics));
  }
  for (const line of status.logs ?? []) out.line(plainText(line));
}

function printWorkspace(status: WorkspaceStatus, out: Output): void {
  const { queue, worker } = status;
  out.line(`worker ${worker.pid === null ? 'idle' : `running, pid ${worker.pid}`} · ${queue.processing} processing · ${queue.queued} queued${queue.paused ? ` · ${out.color.yellow('paused')}` : ''}`);
  for (const device of status.devices) out.line(`${plainText(device.id)} used by ${device.runId ?? 'nobody'}`);
  if (status.runs.length === 0) {
    out.line('No runs yet.');
    out.hint('training start --dataset DATASET');
    return;
  }
  out.line(renderTable(out, [{ title: 'run' }, { title: 'state' }, { title: 'model', maxWidth: 32 }, { title: 'dataset', maxWidth: 24 }, { title: '' }], status.runs.map((run) => [run.id, run.state, run.model, run.dataset, runLine({ ...run, message: null })])));
}
