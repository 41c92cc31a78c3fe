import { trainerEventSchema } from '../../protocol/events.ts';
import type { FailureReason } from '../../protocol/runs.ts';
import type { RunTransition } from '../store/runState.ts';

/** How a trainer's process ended. An adopted one leaves no code. */
export type TrainerExit =
  | { kind: 'code'; code: number }
  | { kind: 'signal'; signal: string }
  | { kind: 'unseen' }
  | { kind: 'restart' }
  | { kind: 'neverBegan' }
  | { kind: 'noSpace' }
  | { kind: 'noFolder' }
  | { kind: 'unstarted'; message: string };

export interface Evidence {
  /** The attempt's last `done` or `error` event, as JSON text. */
  finalEvent: string | null;
  exit: TrainerExit;
  isStopRequested: boolean;
  attempts: number;
  maxAttempts: number;
  /** The end of the trainer's own log. */
  tail: string[];
}

/** What follows from the end of an attempt. */
export type Verdict =
  | { kind: 'ended'; run: RunTransition; job: { status: 'completed' | 'failed' | 'skipped'; reason: string | null }; endReason: string }
  | { kind: 'retry'; reason: FailureReason; message: string; endReason: string; isRefunded: boolean };

/**
 * Judges an attempt that is over: by the event that it ended with, else by how its process went. Only a cause that a
 * further attempt may not meet again (a killed process, a restarted machine, a full disk, what the trainer calls
 * transient) is retried.
 */
export function judge(evidence: Evidence): Verdict {
  const final = evidence.finalEvent === null ? null : trainerEventSchema.parse(JSON.parse(evidence.finalEvent));
  if (final?.kind === 'done' && final.state === 'completed') {
    return { kind: 'ended', run: { state: 'completed' }, job: { status: 'completed', reason: null }, endReason: 'completed' };
  }
  if (evidence.isStopRequested) {
    const hasSaved = final?.kind === 'done';
    const message = hasSaved ? null : 'The trainer was ended before it saved a last checkpoint; earlier ones are kept.';
    return { kind: 'ended', run: { state: 'cancelled', message }, job: { status: 'skipped', reason: 'cancelled' }, endReason: 'cancelled' };
  }
  if (final?.kind === 'error') {
    const mayHelp = final.transient || final.reason === 'disk_full';
    if (mayHelp && evidence.attempts < evidence.maxAttempts) return { kind: 'retry', reason: final.reason, message: final.message, endReason: final.reason, isRefunded: false };
    return failed(final.reason, final.message, final.hint);
  }
  if (final?.kind === 'done') return interrupted(evidence, 'The trainer was asked to end by the system.');
  switch (evidence.exit.kind) {
    case 'neverBegan':
      // Nothing was tried, so nothing counts against the job.
      return { kind: 'retry', reason: 'killed', message: 'The worker ended before the trainer began.', endReason: 'never_began', isRefunded: true };
    case 'noSpace':
      return { kind: 'retry', reason: 'disk_full', message: 'No room is left on the disk.', endReason: 'never_began', isRefunded: true };
    case 'noFolder':
      return failed('environment', 'The run’s folder has no config.json: it was deleted or moved while the run waited.', 'Start a new run: training start');
    case 'restart':
      return interrupted(evidence, 'The machine was restarted while the run went on.');
    case 'signal':
      return interrupted(evidence, `The trainer was killed (${evidence.exit.signal}).`);
    case 'unseen':
      return interrupted(evidence, 'The trainer ended without a word; it was probably killed.');
    case 'unstarted':
      return failed('environment', `The trainer could not be started: ${evidence.exit.message}`, 'Run: training doctor');
    case 'code':
      return failed('internal', withTail(`The trainer ended with exit code ${evidence.exit.code}.`, evidence.tail), 'training logs RUN shows all of its log.');
  }
}

function failed(reason: FailureReason, message: string, hint: string | null): Verdict {
  return { kind: 'ended', run: { state: 'failed', reason, message, hint }, job: { status: 'failed', reason }, endReason: reason };
}

function interrupted(evidence: Evidence, cause: string): Verdict {
  if (evidence.attempts < evidence.maxAttempts) return { kind: 'retry', reason: 'killed', message: cause, endReason: 'interrupted', isRefunded: false };
  return {
    kind: 'ended',
    run: { state: 'interrupted', reason: 'killed', message: withTail(cause, evidence.tail), hint: 'training resume RUN goes on from the newest checkpoint.' },
    job: { status: 'failed', reason: 'killed' },
    endReason: 'interrupted',
  };
}

function withTail(message: string, tail: string[]): string {
  return tail.length === 0 ? message : `${message}\n${tail.join('\n')}`;
}
