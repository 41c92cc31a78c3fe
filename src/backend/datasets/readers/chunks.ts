import type { ByteSource } from './byteSource.ts';

const chunkBytes = 1 << 20;

/** A stretch of input: bytes up to `end`. `keepFrom` (set by the reader) is where the unfinished record begins. */
export interface Chunk {
  buffer: Buffer;
  end: number;
  /** Bytes before this were there in the previous chunk already. */
  freshFrom: number;
  isLast: boolean;
  keepFrom: number;
}

/**
 * Reads a source in chunks, the next one while the reader works on this one. What the reader leaves unread (from
 * `keepFrom`) comes first in the next chunk; a record larger than the buffer makes it grow by doubling.
 */
export async function* readChunks(source: ByteSource): AsyncGenerator<Chunk> {
  let current = Buffer.allocUnsafeSlow(chunkBytes * 2);
  let spare = Buffer.allocUnsafeSlow(chunkBytes * 2);
  let ahead = Buffer.allocUnsafeSlow(chunkBytes);
  let pending = readFull(source, ahead);
  let kept = 0;
  for (;;) {
    const { count, error } = await pending;
    if (current.length < kept + count) current = Buffer.concat([current.subarray(0, kept)], Math.max((kept + count) * 2, chunkBytes * 2));
    ahead.copy(current, kept, 0, count);
    const isLast = count < ahead.length && error === undefined;
    if (!isLast && error === undefined) {
      // A huge record: read in larger and larger steps, so that what rescans it stays linear.
      if (kept > ahead.length * 2 && ahead.length < 1 << 26) ahead = Buffer.allocUnsafeSlow(ahead.length * 2);
      else if (kept < chunkBytes && ahead.length > chunkBytes) ahead = Buffer.allocUnsafeSlow(chunkBytes);
      pending = readFull(source, ahead);
    }
    const chunk: Chunk = { buffer: current, end: kept + count, freshFrom: kept, isLast, keepFrom: kept + count };
    try {
      yield chunk;
    } finally {
      if (!isLast) await pending;
    }
    if (isLast) return;
    // What was read before the damage counts.
    if (error !== undefined) throw error;
    kept = chunk.end - chunk.keepFrom;
    if (spare.length < kept || spare.length > Math.max(kept * 4, chunkBytes * 4)) spare = Buffer.allocUnsafeSlow(Math.max(kept + chunkBytes, chunkBytes * 2));
    current.copy(spare, 0, chunk.keepFrom, chunk.end);
    [current, spare] = [spare, current];
  }
}

interface Filled {
  count: number;
  error: Error | undefined;
}

/** Fills the buffer; fewer bytes mean the end, or an error after them. */
async function readFull(source: ByteSource, target: Buffer): Promise<Filled> {
  let count = 0;
  try {
    while (count < target.length) {
      const read = await source.read(target, count, target.length - count);
      if (read === 0) break;
      count += read;
    }
    return { count, error: undefined };
  } catch (error) {
    return { count, error: error instanceof Error ? error : new Error(String(error)) };
  }
}
