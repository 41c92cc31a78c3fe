import path from 'node:path';
import { trainerEventSchema, type TrainerEvent } from '../../protocol/events.ts';
import type { RunSummary } from '../../protocol/runs.ts';
import type { Store } from '../store/db.ts';
import { listEvents, type StoredEvent } from '../store/runEvents.ts';
import { nextLines, tailLines } from './logLines.ts';

/** What the trainer and its libraries wrote to their standard output and error. */
export function trainerLog(run: RunSummary): string {
  return path.join(run.path, 'trainer.log');
}

/** The last `tail` lines of a run's log: what the run reported, with its times, then what its process printed. */
export function readRunLog(store: Store, run: RunSummary, tail: number): string[] {
  const lines = [...reported(store, run).map((event) => event.line), ...tailLines(trainerLog(run), tail).lines];
  return tail === 0 ? [] : lines.slice(-tail);
}

/** Reads on from what was shown: call it again for what is new. */
export class RunLogReader {
  readonly #store: Store;
  readonly #run: RunSummary;
  readonly #seen = new Set<string>();
  #offset: number;

  /** Everything up to now counts as shown. */
  constructor(store: Store, run: RunSummary) {
    this.#store = store;
    this.#run = run;
    this.#offset = tailLines(trainerLog(run), 0).offset;
    for (const event of reported(store, run)) this.#seen.add(event.key);
  }

  next(): string[] {
    const fresh = reported(this.#store, this.#run).filter((event) => !this.#seen.has(event.key));
    for (const event of fresh) this.#seen.add(event.key);
    const printed = nextLines(trainerLog(this.#run), this.#offset);
    this.#offset = printed.offset;
    return [...fresh.map((event) => event.line), ...printed.lines];
  }
}

function reported(store: Store, run: RunSummary): { key: string; line: string }[] {
  return listEvents(store, run.id, ['phase', 'plan', 'eval', 'checkpoint', 'log', 'alert', 'done', 'error']).flatMap((stored) => {
    const line = lineOf(stored);
    return line === null ? [] : [{ key: `${stored.attempt} ${stored.seq}`, line }];
  });
}

function lineOf(stored: StoredEvent): string | null {
  const event = trainerEventSchema.safeParse(JSON.parse(stored.eventJson));
  const text = event.success ? describe(event.data) : null;
  return text === null ? null : `${new Date(stored.at * 1000).toISOString()} ${text}`;
}

/** `level  sentence`, or null for what a log need not say. */
function describe(event: TrainerEvent): string | null {
  switch (event.kind) {
    case 'phase':
      return event.status === 'start' ? `info  ${event.phase}` : null;
    case 'plan':
      return `info  ${event.rows} rows, ${event.tokensPerEpoch} tokens an epoch (${event.trainedTokensPerEpoch} trained), steps ${event.firstStep} to ${event.totalSteps}, ${event.device} ${event.precision}${event.resumedFrom === null ? '' : `, resumed from ${event.resumedFrom}`}`;
    case 'progress':
      return null;
    case 'eval':
      return `info  step ${event.step}: validation loss ${event.loss === null ? 'not finite' : event.loss.toFixed(4)}${preferenceText(event)}${event.best ? ', the best so far' : ''}`;
    case 'checkpoint':
      return `info  checkpoint ${event.name} (${event.reason})`;
    case 'log':
      return `${event.level.padEnd(5)} ${event.message}`;
    case 'alert':
      return `${event.severity === 'error' ? 'error' : 'warn '} ${event.code}: ${event.message}`;
    case 'done':
      return `info  ${event.state} at step ${event.step} after ${Math.round(event.seconds)} s`;
    case 'error':
      return `error ${event.reason}: ${event.message}`;
    case 'step':
    case 'telemetry':
      return null;
  }
}

/** Of preference training: what its loss alone does not say. */
function preferenceText({ rawPreference, chosenLogProbPerToken }: Record<string, unknown>): string {
  if (typeof rawPreference !== 'number' || typeof chosenLogProbPerToken !== 'number') return '';
  return `, chosen preferred in ${(rawPreference * 100).toFixed(1)} %, its log-probability per token ${chosenLogProbPerToken.toFixed(2)}`;
}
