import { fileFacts, readRange } from '../platform/files.ts';

const pieceBytes = 64 * 1024;
/** A log without newlines must not be read into memory whole. */
const mostTailBytes = 16 * 1024 * 1024;

export interface LogTail {
  lines: string[];
  /** Where the next read goes on. */
  offset: number;
}

/** The last `count` whole or unfinished lines of a log, read from its end. */
export function tailLines(file: string, count: number): LogTail {
  const end = fileFacts(file)?.sizeBytes ?? 0;
  let start = end;
  let newlines = 0;
  while (start > 0 && newlines <= count && end - start < mostTailBytes) {
    const next = Math.max(0, start - pieceBytes);
    newlines += countNewlines(readRange(file, next, start - next));
    start = next;
  }
  const text = readRange(file, start, end - start).toString('utf8');
  return { lines: count === 0 ? [] : splitLines(text).slice(-count), offset: end };
}

/** Whole lines after `offset`; an unfinished last line waits for its rest. A log that became shorter starts anew. */
export function nextLines(file: string, offset: number): LogTail {
  const size = fileFacts(file)?.sizeBytes ?? 0;
  const start = size < offset ? 0 : offset;
  const bytes = readRange(file, start, Math.min(size - start, mostTailBytes));
  const end = bytes.lastIndexOf(0x0a) + 1;
  return { lines: splitLines(bytes.toString('utf8', 0, end)), offset: start + end };
}

function splitLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte === 0x0a) count += 1;
  return count;
}
