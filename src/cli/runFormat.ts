import { count, duration, figure } from '../common/figures.ts';
import { plainText } from '../common/plainText.ts';
import type { RunState, RunSummary } from '../protocol/runs.ts';
import type { Output } from './output.ts';

/** Names and values in two columns. Values are made inert here. */
export function printPairs(out: Output, pairs: readonly (readonly [string, string])[]): void {
  const width = Math.max(0, ...pairs.map(([name]) => name.length));
  for (const [name, value] of pairs) out.line(`  ${out.color.dim(name.padEnd(width))}  ${plainText(value)}`);
}

/** The run waits in the queue, and this is why nothing happens. */
export function warnOfWorker(out: Output, problem: string): void {
  out.warn(plainText(problem, { keepNewlines: true }));
  out.hint('The run stays queued. training worker tries again, training doctor looks for the reason.');
}

export function stateText(state: RunState, out: Output): string {
  switch (state) {
    case 'completed':
      return out.color.green(state);
    case 'failed':
    case 'interrupted':
      return out.color.red(state);
    case 'cancelled':
    case 'stopping':
      return out.color.yellow(state);
    case 'queued':
      return out.color.dim(state);
    case 'starting':
    case 'running':
      return out.color.cyan(state);
  }
}

/** One line that says where a run is. */
export function runLine(run: RunSummary): string {
  const phase = run.phase?.replaceAll('_', ' ') ?? null;
  const parts = [run.state === 'running' ? (phase ?? run.state) : phase === null ? run.state : `${run.state}, ${plainText(phase)}`];
  if (run.totalSteps !== null) parts.push(`step ${run.step}/${run.totalSteps}`);
  if (run.epoch !== null) parts.push(`epoch ${run.epoch.toFixed(2)}`);
  if (run.loss !== null) parts.push(`loss ${figure(run.loss)}`);
  if (run.validationLoss !== null) parts.push(`validation ${figure(run.validationLoss)}`);
  if (run.tokensPerSecond !== null) parts.push(`${count(run.tokensPerSecond)} tokens/s`);
  if (run.etaSeconds !== null) parts.push(`${duration(run.etaSeconds)} left`);
  if (run.message !== null) parts.push(plainText(run.message));
  return parts.join('  ');
}
