import type { ByteSource } from './byteSource.ts';
import { hasMark, markBytes, markMessage } from './byteOrderMark.ts';
import { readChunks } from './chunks.ts';
import type { RecordSink } from './recordSink.ts';

const carriageReturn = 13;
/** After so many bytes others get their turn: some milliseconds of plain rows, a quarter of a chunk. */
const sliceBytes = 1 << 18;

/**
 * JSON Lines: a record per physical line. `newline` is the byte that ends a line: LF, or CR in old Mac files. `name` is
 * what messages call the file.
 */
export async function readJsonLines(source: ByteSource, sink: RecordSink, { newline, name }: { newline: number; name: string }): Promise<void> {
  const put = (buffer: Buffer, start: number, lineEnd: number, at: number): void => {
    let end = lineEnd;
    while (end > start && ((buffer[end - 1] ?? 0) === carriageReturn || isBlank(buffer[end - 1]))) end--;
    if (end === start) return;
    if (!hasMark(buffer, start, end)) {
      sink.json(buffer, start, end, at);
      return;
    }
    sink.issues.file(name, 'byte_order_mark', markMessage, { line: at });
    if (end > start + markBytes) sink.json(buffer, start + markBytes, end, at, 2);
  };
  let line = 0;
  for await (const chunk of readChunks(source)) {
    const { buffer, end } = chunk;
    // Only fresh bytes can hold the end of the first line.
    const last = buffer.subarray(chunk.freshFrom, end).lastIndexOf(newline);
    const stop = last < 0 ? 0 : chunk.freshFrom + last + 1;
    let start = 0;
    let next = stop === 0 ? 0 : buffer.indexOf(newline, chunk.freshFrom);
    let sliceEnd = sliceBytes;
    while (start < stop) {
      if (start >= sliceEnd) {
        await sink.settle();
        sliceEnd = start + sliceBytes;
      }
      line++;
      put(buffer, start, next, line);
      start = next + 1;
      next = buffer.indexOf(newline, start);
      if (sink.isDone) return;
    }
    if (chunk.isLast && start < end) put(buffer, start, end, line + 1);
    chunk.keepFrom = start;
    await sink.settle();
  }
}

function isBlank(code: number | undefined): boolean {
  return code === 32 || code === 9 || code === 10;
}
