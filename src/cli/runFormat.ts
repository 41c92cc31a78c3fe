import { plainText } from '../common/plainText.ts';
import type { RunState, RunSummary } from '../protocol/runs.ts';
import type { Output } from './output.ts';

/** `1 h 02 min`, `3 min 05 s`, `12 s`; `–` where it is not known. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '–';
  const whole = Math.round(seconds);
  if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
  if (whole >= 60) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${seconds < 10 ? Math.round(seconds * 10) / 10 : whole} s`;
}

/** Four significant digits: a loss of 0.0123 and one of 12.3 are both readable. */
export function figure(value: number | null): string {
  if (value === null) return '–';
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential(2);
  return Math.abs(value) >= 1e5 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(4)));
}

export function count(value: number | null): string {
  return value === null ? '–' : Math.round(value).toLocaleString('en-US');
}

export function memory(bytes: number | null): string {
  if (bytes === null) return '–';
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}

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
