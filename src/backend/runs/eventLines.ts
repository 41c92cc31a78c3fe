import { trainerEventSchema, type TrainerEvent } from '../../protocol/events.ts';

export interface ParsedEvents {
  events: TrainerEvent[];
  /** Bytes of whole lines. What follows is a line that is still being written, or was torn. */
  consumed: number;
  /** Lines that are no event: torn by a crash, or damaged. */
  broken: number;
  /** Events of a kind that this version does not know. */
  unknown: number;
}

const kinds: ReadonlySet<string> = new Set(trainerEventSchema.options.map((option) => option.shape.kind.value));
const newline = 0x0a;

/**
 * Reads the whole lines of a piece of `events.jsonl`. The last line waits until its newline is there. A line torn by a
 * crash has the next attempt's first line at its end; that one is saved.
 */
export function parseEventLines(bytes: Buffer): ParsedEvents {
  const end = bytes.lastIndexOf(newline) + 1;
  const result: ParsedEvents = { events: [], consumed: end, broken: 0, unknown: 0 };
  if (end === 0) return result;
  for (const line of bytes.toString('utf8', 0, end - 1).split('\n')) {
    if (line === '' || line === '\r') continue;
    const value = parseLine(line, result);
    if (value === null) continue;
    const parsed = trainerEventSchema.safeParse(value);
    if (parsed.success) result.events.push(parsed.data);
    else if (hasUnknownKind(value)) result.unknown += 1;
    else result.broken += 1;
  }
  return result;
}

function parseLine(line: string, result: ParsedEvents): unknown {
  try {
    return JSON.parse(line);
  } catch {
    result.broken += 1;
  }
  const start = line.lastIndexOf('{"v":');
  if (start <= 0) return null;
  try {
    return JSON.parse(line.slice(start));
  } catch {
    // Torn twice: counted once above.
    return null;
  }
}

function hasUnknownKind(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string' && !kinds.has(value.kind);
}
