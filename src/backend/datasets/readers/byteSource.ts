import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface ByteSourceInit {
  path: string;
  isGzip: boolean;
  encoding: Encoding;
  /** Bytes of a byte order mark, skipped. */
  markBytes: number;
}

/** A file as UTF-8 bytes, whatever it is stored as. */
export interface ByteSource {
  /** Reads up to `length` bytes into `target` at `at`; 0 at the end. */
  read(target: Buffer, at: number, length: number): Promise<number>;
  /** Bytes of the file consumed so far, for progress. */
  readonly consumedBytes: number;
  close(): Promise<void>;
}

export async function openByteSource(init: ByteSourceInit): Promise<ByteSource> {
  if (!init.isGzip && init.encoding === 'utf-8') return new PlainSource(await open(init.path, 'r'), init.markBytes);
  return new StreamSource(init);
}

class PlainSource implements ByteSource {
  consumedBytes: number;
  readonly #file: FileHandle;

  constructor(file: FileHandle, markBytes: number) {
    this.#file = file;
    this.consumedBytes = markBytes;
  }

  async read(target: Buffer, at: number, length: number): Promise<number> {
    const { bytesRead } = await this.#file.read(target, at, length, this.consumedBytes);
    this.consumedBytes += bytesRead;
    return bytesRead;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Gzip and other encodings: decoded piece by piece. */
class StreamSource implements ByteSource {
  readonly #pieces: AsyncGenerator<Buffer, void>;
  readonly #file: ReturnType<typeof createReadStream>;
  #piece: Buffer = Buffer.alloc(0);
  #failure: Error | undefined;

  constructor(init: ByteSourceInit) {
    this.#file = createReadStream(init.path, { highWaterMark: 1 << 18 });
    this.#pieces = decoded(this.#file, init);
  }

  get consumedBytes(): number {
    return this.#file.bytesRead;
  }

  async read(target: Buffer, at: number, length: number): Promise<number> {
    let done = 0;
    while (done < length) {
      if (this.#piece.length === 0) {
        const next = await this.#nextPiece();
        if (next instanceof Error) {
          // Bytes before a damage are handed out first.
          if (done > 0) break;
          throw next;
        }
        if (next.done === true) break;
        this.#piece = next.value;
        continue;
      }
      const count = this.#piece.copy(target, at + done, 0, Math.min(this.#piece.length, length - done));
      this.#piece = this.#piece.subarray(count);
      done += count;
    }
    return done;
  }

  async #nextPiece(): Promise<IteratorResult<Buffer, void> | Error> {
    if (this.#failure !== undefined) return this.#failure;
    try {
      return await this.#pieces.next();
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      return this.#failure;
    }
  }

  async close(): Promise<void> {
    this.#file.destroy();
    await this.#pieces.return(undefined);
  }
}

async function* decoded(file: ReturnType<typeof createReadStream>, init: ByteSourceInit): AsyncGenerator<Buffer, void> {
  const unzip = createGunzip();
  if (init.isGzip) {
    file.on('error', (error) => unzip.destroy(error));
    file.pipe(unzip);
  }
  const raw: AsyncIterable<Buffer> = init.isGzip ? unzip : file;
  const decoder = init.encoding === 'utf-8' ? undefined : new TextDecoder(init.encoding);
  let toSkip = init.markBytes;
  try {
    for await (const chunk of raw) {
      const skipped = Math.min(toSkip, chunk.length);
      toSkip -= skipped;
      const bytes = chunk.subarray(skipped);
      if (bytes.length === 0) continue;
      yield decoder === undefined ? bytes : Buffer.from(decoder.decode(bytes, { stream: true }));
    }
    const rest = decoder?.decode() ?? '';
    if (rest !== '') yield Buffer.from(rest);
  } finally {
    unzip.destroy();
  }
}
