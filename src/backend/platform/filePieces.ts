import { createReadStream } from 'node:fs';

/** A file's bytes in pieces of up to 1 MiB. */
export async function* readFilePieces(file: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const stream = createReadStream(file, { highWaterMark: 1024 * 1024, ...(signal === undefined ? {} : { signal }) });
  for await (const piece of stream) if (Buffer.isBuffer(piece)) yield piece;
}
