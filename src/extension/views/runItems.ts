import type * as vscode from 'vscode';
import { counted } from '../../common/figures.ts';
import type { RunState } from '../../protocol/runs.ts';
import type { Row, RowOf } from './rows.ts';
import { jobText, nameText, queueText, reasonText, runFacts, runText, spoken } from './texts.ts';
import { factsTooltip, makeItem } from './treeItems.ts';

const looks: Record<RunState, { icon: string; color: string }> = {
  queued: { icon: 'clock', color: 'descriptionForeground' },
  starting: { icon: 'loading~spin', color: 'charts.blue' },
  running: { icon: 'flame', color: 'charts.orange' },
  stopping: { icon: 'debug-stop', color: 'charts.orange' },
  completed: { icon: 'pass-filled', color: 'testing.iconPassed' },
  cancelled: { icon: 'circle-slash', color: 'disabledForeground' },
  failed: { icon: 'error', color: 'testing.iconFailed' },
  interrupted: { icon: 'warning', color: 'list.warningForeground' },
};

export function runItem({ key, run }: RowOf<'run'>): vscode.TreeItem {
  const name = nameText(run.dataset);
  const description = runText(run);
  return makeItem({
    key,
    label: name,
    description,
    ...looks[run.state],
    contextValue: `run ${run.state}${run.adapterId === null ? '' : ' hasAdapter'}`,
    children: 'closed',
    spoken: spoken('Run on', name, description),
    command: { command: 'trainingCamp.runs.open', title: 'Follow Run', arguments: [run.id] },
  });
}

export function queueItem({ key, waiting, isPaused, isHealthy }: RowOf<'queue'>): vscode.TreeItem {
  const description = queueText(waiting, isPaused, isHealthy);
  return makeItem({
    key,
    label: 'Queue',
    description,
    icon: isPaused ? 'debug-pause' : 'list-ordered',
    ...(isPaused || !isHealthy ? { color: 'list.warningForeground' } : {}),
    contextValue: isPaused ? 'queue paused' : 'queue moving',
    children: waiting === 0 ? 'none' : 'open',
    spoken: `Queue, ${description}`,
  });
}

export function jobItem({ key, job, run }: RowOf<'job'>): vscode.TreeItem {
  const name = nameText(run?.dataset ?? job.id);
  const description = jobText(job, run);
  return makeItem({ key, label: name, description, ...looks.queued, contextValue: `job ${job.priority}`, spoken: spoken('Queued run on', name, description) });
}

export function checkpointItem({ key, run, name, step, reason }: RowOf<'checkpoint'>): vscode.TreeItem {
  const description = reasonText(reason);
  return makeItem({ key, label: `Step ${String(step)}`, description, icon: 'save', contextValue: 'checkpoint', spoken: `Checkpoint ${nameText(name)} of the run on ${nameText(run.dataset)}, ${description}` });
}

export function runTooltip(row: Row): vscode.MarkdownString | undefined {
  switch (row.kind) {
    case 'run':
      return factsTooltip(nameText(row.run.dataset), runFacts(row.run));
    case 'job':
      return row.run === null ? undefined : factsTooltip(nameText(row.run.dataset), [['Priority', row.job.priority], ...runFacts(row.run)]);
    case 'queue':
      return factsTooltip('Queue', [
        ['Waiting', counted(row.waiting, 'run')],
        ['State', row.isPaused ? 'paused: nothing new is started, what runs goes on' : row.isHealthy ? 'moving' : 'no worker moves it; Training: Run Doctor looks for the reason'],
      ]);
    default:
      return undefined;
  }
}
