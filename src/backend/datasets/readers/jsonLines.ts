import type { ByteSource } from './byteSource.ts';
import { readChunks } from './chunks.ts';
import type { RecordSink } from './recordSink.ts';

const carriageReturn = 13;

/** JSON Lines: a record per physical line. `newline` is the byte that ends a line: LF, or CR in old Mac files. */
export async function readJsonLines(source: ByteSource, sink: RecordSink, newline: number): Promise<void> {
  let line = 0;
  for await (const chunk of readChunks(source)) {
    const { buffer, end } = chunk;
    // Only fresh bytes can hold the end of the first line.
    const last = buffer.subarray(chunk.freshFrom, end).lastIndexOf(newline);
    const stop = last < 0 ? 0 : chunk.freshFrom + last + 1;
    let start = 0;
    let next = stop === 0 ? 0 : buffer.indexOf(newline, chunk.freshFrom);
    while (start < stop) {
      line++;
      put(sink, buffer, start, next, line);
      start = next + 1;
      next = buffer.indexOf(newline, start);
      if (sink.isDone) return;
    }
    if (chunk.isLast && start < end) put(sink, buffer, start, end, line + 1);
    chunk.keepFrom = start;
    await sink.settle();
  }
}

function put(sink: RecordSink, buffer: Buffer, start: number, lineEnd: number, line: number): void {
  let end = lineEnd;
  while (end > start && ((buffer[end - 1] ?? 0) === carriageReturn || isBlank(buffer[end - 1]))) end--;
  if (end === start) return;
  sink.json(buffer, start, end, line);
}

function isBlank(code: number | undefined): boolean {
  return code === 32 || code === 9 || code === 10;
}
