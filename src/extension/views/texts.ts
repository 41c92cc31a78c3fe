import { count, counted, duration, figure, shortCount } from '../../common/figures.ts';
import { plainText } from '../../common/plainText.ts';
import type { AdapterSummary } from '../../protocol/adapters.ts';
import type { DatasetSummary } from '../../protocol/datasets.ts';
import type { JobSummary } from '../../protocol/jobs.ts';
import type { RunSummary } from '../../protocol/runs.ts';

// What rows say, in words. Names come from people and from datasets: they are made inert here.

const separator = ' · ';
/** A longer name would push everything else out of the row. */
const longestName = 120;

/** A name on one line, without control characters and without turns of the writing direction. */
export function nameText(name: string): string {
  const plain = plainText(name);
  return plain.length > longestName ? `${plain.slice(0, longestName)}…` : plain;
}

/** Where a run is: `training 120/600 · loss 1.83 · 12 min 00 s left`, `completed · best 1.234 · 3 min 05 s`. */
export function runText(run: RunSummary): string {
  const parts = run.state === 'running' ? runningParts(run) : [stateParts(run)];
  if (run.state === 'starting' || run.state === 'stopping') return parts.join(separator);
  if (run.state !== 'running') {
    if (run.bestValidationLoss !== null) parts.push(`best ${figure(run.bestValidationLoss)}`);
    if (run.seconds !== null && run.seconds > 0) parts.push(duration(run.seconds));
  }
  return parts.join(separator);
}

function runningParts(run: RunSummary): string[] {
  const phase = phaseText(run.phase) ?? 'running';
  return [
    run.totalSteps === null ? phase : `${phase} ${String(run.step)}/${String(run.totalSteps)}`,
    ...(run.loss === null ? [] : [`loss ${figure(run.loss)}`]),
    ...(run.etaSeconds === null ? [] : [`${duration(run.etaSeconds)} left`]),
  ];
}

function stateParts(run: RunSummary): string {
  switch (run.state) {
    case 'stopping':
      return 'stopping, saves a checkpoint';
    case 'starting':
      return run.phase === null ? 'starting' : `starting, ${phaseText(run.phase) ?? ''}`;
    case 'failed':
      return run.reason === null ? 'failed' : `failed: ${reasonText(run.reason)}`;
    case 'interrupted':
      return 'interrupted, can be resumed';
    default:
      return run.state;
  }
}

export function phaseText(phase: string | null): string | null {
  return phase === null ? null : plainText(phase.replaceAll('_', ' '));
}

/** `out_of_memory` in words. */
export function reasonText(reason: string): string {
  return plainText(reason.replaceAll('_', ' '));
}

/** Share of a run that is done, 0 to 1; null where its length is not known yet. */
export function runShare(run: RunSummary): number | null {
  return run.totalSteps === null || run.totalSteps === 0 ? null : Math.min(1, run.step / run.totalSteps);
}

export function runFacts(run: RunSummary): [string, string][] {
  return known([
    ['State', `${run.state}${run.reason === null ? '' : `, ${reasonText(run.reason)}`}`],
    ['What happened', run.message],
    ['What to do', run.hint],
    ['Model', run.model],
    ['Dataset', `${run.dataset}, version ${String(run.datasetVersion)}`],
    ['Agent', run.agent],
    ['Step', run.totalSteps === null ? null : `${String(run.step)} of ${String(run.totalSteps)}`],
    ['Loss', run.loss === null ? null : figure(run.loss)],
    ['Validation loss', run.validationLoss === null ? null : `${figure(run.validationLoss)}, best ${figure(run.bestValidationLoss)}`],
    ['Speed', run.tokensPerSecond === null ? null : `${count(run.tokensPerSecond)} tokens/s`],
    ['Device', run.device],
    ['Attempts', run.attempts > 1 ? String(run.attempts) : null],
    ['Created', run.created],
    ['Ended', run.ended],
    ['Run', run.id],
  ]);
}

/** What a job says in the queue: its place, its priority, and why it waits. */
export function jobText(job: JobSummary, run: RunSummary | null): string {
  return [
    `${String(job.position ?? 0)}.`,
    ...(run === null ? [] : [nameText(run.model)]),
    ...(job.priority === 'normal' ? [] : [`${job.priority} priority`]),
    ...(job.attempts > 0 ? [`try ${String(job.attempts + 1)} of ${String(job.maxAttempts)}`] : []),
  ].join(separator).replace('.' + separator, '. ');
}

export function queueText(waiting: number, isPaused: boolean, isHealthy: boolean): string {
  const parts = [waiting === 0 ? 'nothing waits' : `${count(waiting)} ${waiting === 1 ? 'waits' : 'wait'}`];
  if (isPaused) parts.unshift('paused');
  else if (!isHealthy) parts.push('no worker moves it');
  return parts.join(separator);
}

export function datasetText(dataset: DatasetSummary): string {
  return [
    counted(dataset.rows, 'row'),
    `${shortCount(dataset.tokens)} tokens`,
    ...(dataset.quality === null ? [] : [`quality ${dataset.quality.toFixed(1)}`]),
    ...(dataset.version > 1 ? [`version ${String(dataset.version)}`] : []),
  ].join(separator);
}

export function datasetFacts(dataset: DatasetSummary): [string, string][] {
  return known([
    ['Format', dataset.format],
    ['Rows', `${count(dataset.rows)}: ${count(dataset.splits.train)} train, ${count(dataset.splits.validation)} validation, ${count(dataset.splits.test)} test`],
    ['Tokens', `${count(dataset.tokens)}, estimated`],
    ['Quality', dataset.quality === null ? null : `${dataset.quality.toFixed(2)} of 10`],
    ['Grader', dataset.grader],
    ['Version', String(dataset.version)],
    ['Created', dataset.created],
    ['Dataset', dataset.id],
  ]);
}

export function adapterText(adapter: AdapterSummary): string {
  const verdict = adapter.verdict === null ? 'not tested' : `test says ${plainText(adapter.verdict)}`;
  return [...(adapter.state === 'candidate' ? [] : [adapter.state]), verdict, nameText(adapter.baseModel)].join(separator);
}

export function adapterFacts(adapter: AdapterSummary): [string, string][] {
  return known([
    ['State', adapter.state],
    ['Test', adapter.verdict ?? 'not tested yet'],
    ['Base model', adapter.baseModel],
    ['Run', adapter.runId],
    ['Can be asked', adapter.hasGguf ? 'yes' : 'no, it has no GGUF'],
    ['Size', `${(adapter.sizeBytes / 1e6).toFixed(1)} MB`],
    ['Created', adapter.created],
    ['Adapter', adapter.id],
  ]);
}

/** Says a row whole, for who hears it instead of seeing it. */
export function spoken(kind: string, name: string, description: string): string {
  return `${kind} ${name}, ${description.replaceAll(separator, ', ')}`;
}

function known(facts: readonly [string, string | null][]): [string, string][] {
  return facts.flatMap(([name, value]): [string, string][] => (value === null || value === '' ? [] : [[name, value]]));
}
