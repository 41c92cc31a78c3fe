import type { TrainerEvent } from '../../protocol/events.ts';
import { fileFacts, readRange } from '../platform/files.ts';
import type { Store } from '../store/db.ts';
import { readOffset, readSpeeds, storeEvents, type Offset, type Snapshot, type Speeds } from '../store/runEvents.ts';
import { parseEventLines } from './eventLines.ts';
import { collectPoints } from './eventPoints.ts';

export interface AppliedEvents {
  /** New events that were stored. */
  stored: number;
  broken: number;
  unknown: number;
}

/** One transaction's share: short enough that no heartbeat waits for it, long enough that its cost is spread. */
const pieceBytes = 2 * 1024 * 1024;
/** Newer steps count for this share in the smoothed speed, so that it follows a change within about five steps. */
const smoothing = 0.3;

/**
 * Reads a run's `events.jsonl` on from the stored offset and stores what is new. Safe to repeat and to run in two
 * processes at once: each event is stored once. Without a file nothing happens.
 */
export function applyEvents(store: Store, runId: string, eventsFile: string): AppliedEvents {
  const applied: AppliedEvents = { stored: 0, broken: 0, unknown: 0 };
  for (;;) {
    const from = readOffset(store, runId);
    const isShorter = (fileFacts(eventsFile)?.sizeBytes ?? from.byteOffset) < from.byteOffset;
    // An append-only file that became shorter was restored from somewhere: read it again, the numbers tell what is new.
    const byteOffset = isShorter ? 0 : from.byteOffset;
    const bytes = readRange(eventsFile, byteOffset, pieceBytes);
    const parsed = parseEventLines(bytes);
    const isHopeless = parsed.consumed === 0 && bytes.length === pieceBytes;
    const consumed = isHopeless ? bytes.length : parsed.consumed;
    if (consumed === 0) return applied;
    const broken = parsed.broken + (isHopeless ? 1 : 0);
    const { events, last } = takeNew(parsed.events, from, isShorter);
    const isStored = storeEvents(store, {
      runId,
      from,
      to: { ...last, byteOffset: byteOffset + consumed },
      events,
      points: collectPoints(events),
      snapshot: snapshotOf(events, readSpeeds(store, runId)),
      broken,
    });
    if (!isStored) continue;
    applied.stored += events.length;
    applied.broken += broken;
    applied.unknown += parsed.unknown;
  }
}

/** Drops events that are stored already. `seq` counts from 1 within an attempt and attempts follow one another. */
function takeNew(events: readonly TrainerEvent[], from: Offset, isReread: boolean): { events: TrainerEvent[]; last: Offset } {
  const last = { ...from };
  let isSkipping = isReread && from.attempt !== null && events.some((event) => event.attempt === from.attempt);
  const fresh = events.filter((event) => {
    if (event.attempt === last.attempt) {
      isSkipping = false;
      if (event.seq <= last.lastSeq) return false;
    } else if (isSkipping) return false;
    last.attempt = event.attempt;
    last.lastSeq = event.seq;
    return true;
  });
  return { events: fresh, last };
}

function snapshotOf(events: readonly TrainerEvent[], speeds: Speeds): Snapshot {
  const snapshot: Snapshot = {
    phase: null, step: null, totalSteps: null, epoch: null, loss: null, validationLoss: null, bestValidationLoss: null,
    ...speeds, device: null, isTraining: false,
  };
  for (const event of events) {
    switch (event.kind) {
      case 'phase':
        if (event.status === 'start') snapshot.phase = event.phase;
        else if (event.phase !== 'training') snapshot.phase = 'training';
        break;
      case 'progress':
        snapshot.phase = `${event.phase} ${String(event.done)}/${String(event.total)}`;
        break;
      case 'plan':
        snapshot.totalSteps = event.totalSteps;
        snapshot.step = event.firstStep;
        snapshot.device = event.device;
        // Another attempt may run elsewhere, and loading is no part of its speed.
        snapshot.stepSeconds = null;
        snapshot.tokensPerSecond = null;
        break;
      case 'step':
        snapshot.step = event.step;
        snapshot.epoch = event.epoch;
        snapshot.loss = event.loss;
        snapshot.isTraining = true;
        snapshot.phase = 'training';
        snapshot.stepSeconds = smooth(snapshot.stepSeconds, event.seconds);
        if (event.seconds > 0) snapshot.tokensPerSecond = smooth(snapshot.tokensPerSecond, event.tokens / event.seconds);
        break;
      case 'eval':
        snapshot.validationLoss = event.loss;
        if (event.best) snapshot.bestValidationLoss = event.loss;
        break;
      case 'checkpoint':
      case 'telemetry':
      case 'log':
      case 'alert':
      case 'done':
      case 'error':
        break;
    }
  }
  return snapshot;
}

function smooth(before: number | null, now: number): number {
  return before === null ? now : before + smoothing * (now - before);
}
