import type { TrainerEvent } from '../../protocol/events.ts';
import { attemptIdSchema, type AttemptId, type RunId } from '../../protocol/ids.ts';
import type { RunFile } from '../../protocol/runs.ts';
import { readRange } from '../platform/files.ts';
import type { RunTransition } from '../store/runState.ts';
import { parseEventLines } from './eventLines.ts';

const pieceBytes = 2 * 1024 * 1024;

type Final = Extract<TrainerEvent, { kind: 'done' | 'error' }>;

/** One attempt, as a run’s events tell of it. */
export interface AttemptTrace {
  id: AttemptId;
  /** Seconds since the epoch. */
  first: number;
  last: number;
  final: Final | null;
}

/** The attempts that a run's events tell of, in their order. */
export function findAttempts(eventsFile: string): AttemptTrace[] {
  const traces = new Map<string, AttemptTrace>();
  for (let offset = 0; ; ) {
    const bytes = readRange(eventsFile, offset, pieceBytes);
    const parsed = parseEventLines(bytes);
    // A line as long as a piece is no event, as for applyEvents.
    const consumed = parsed.consumed === 0 && bytes.length === pieceBytes ? bytes.length : parsed.consumed;
    if (consumed === 0) return [...traces.values()];
    offset += consumed;
    for (const event of parsed.events) trace(traces, event);
  }
}

function trace(traces: Map<string, AttemptTrace>, event: TrainerEvent): void {
  const id = attemptIdSchema.safeParse(event.attempt);
  if (!id.success) return;
  const known = traces.get(id.data) ?? { id: id.data, first: event.t, last: event.t, final: null };
  known.last = event.t;
  if (event.kind === 'done' || event.kind === 'error') known.final = event;
  traces.set(id.data, known);
}

/** Why an attempt ended; `interrupted` where its events do not say. */
export function reasonOf(final: Final | null): string {
  if (final === null) return 'interrupted';
  return final.kind === 'done' ? final.state : final.reason;
}

/** Where a run stands, by its last attempt. */
export function standingOf({ runId }: Pick<RunFile, 'runId'>, last: AttemptTrace | null): RunTransition {
  if (last === null) return { state: 'cancelled', message: 'It had not begun when the database was lost.', hint: 'training start queues it anew.' };
  const { final } = last;
  if (final === null) return interrupted(runId);
  if (final.kind === 'error') return { state: 'failed', reason: final.reason, message: final.message, hint: final.hint };
  if (final.state === 'cancelled') return { state: 'cancelled' };
  return { state: 'completed', message: 'The database was lost after the run was completed: its adapter is not registered.', hint: `training adapter import ${runId}` };
}

function interrupted(runId: RunId): RunTransition {
  return { state: 'interrupted', reason: 'killed', message: 'The run was not over when the database was lost.', hint: `training resume ${runId} goes on from the newest checkpoint.` };
}
