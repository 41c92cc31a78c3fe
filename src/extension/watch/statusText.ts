import { duration, figure } from '../../common/figures.ts';
import type { WorkspaceStatus } from '../../protocol/runResults.ts';
import type { RunSummary } from '../../protocol/runs.ts';
import { labelText } from '../inertText.ts';
import { nameText, phaseText, runFacts, runShare } from '../views/texts.ts';

/** What the status bar says; null while nothing runs and nothing waits in vain. */
export interface StatusText {
  text: string;
  spoken: string;
  tooltip: { title: string; facts: [string, string][] };
  /** Opened by a click; null opens the view of runs. */
  runId: string | null;
}

/** `$(flame) 42 % · loss 1.83 · 12 min 05 s`, for the run that has been going on longest. */
export function statusText({ runs, queue }: WorkspaceStatus): StatusText | null {
  const active = runs.filter(({ state }) => state === 'running' || state === 'starting' || state === 'stopping');
  const first = active.at(-1);
  const waiting = queue.queued === 0 ? [] : [['Waiting', String(queue.queued)] satisfies [string, string]];
  if (first === undefined) {
    if (queue.queued === 0 || !queue.paused) return null;
    return { text: `$(debug-pause) queue paused · ${String(queue.queued)}`, spoken: `Queue paused, ${String(queue.queued)} waiting`, tooltip: { title: 'The queue is paused', facts: waiting }, runId: null };
  }
  const parts = progressParts(first);
  const others = active.length === 1 ? '' : ` +${String(active.length - 1)}`;
  return {
    text: `$(flame) ${parts.map(labelText).join(' · ')}${others}`,
    spoken: `Training: ${parts.join(', ')}`,
    tooltip: { title: nameText(first.dataset), facts: [...runFacts(first), ...waiting] },
    runId: first.id,
  };
}

function progressParts(run: RunSummary): string[] {
  const share = runShare(run);
  if (run.state !== 'running') return [run.state === 'starting' ? (phaseText(run.phase) ?? run.state) : run.state];
  return [
    share === null ? (phaseText(run.phase) ?? 'running') : `${String(Math.floor(share * 100))} %`,
    ...(run.loss === null ? [] : [`loss ${figure(run.loss)}`]),
    ...(run.etaSeconds === null ? [] : [duration(run.etaSeconds)]),
  ];
}
