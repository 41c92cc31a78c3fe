import { closeSync, openSync, readSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { failure, type CampError } from '../../../protocol/errors.ts';
import type { IndexBlock } from '../../store/datasetIndex.ts';
import type { FromWriter, ToWriter, WriterStart } from './writerMessages.ts';

const slotBytes = 1 << 20;
const mostInFlight = 6;

interface Slot {
  id: number;
  buffer: SharedArrayBuffer;
  view: Buffer;
  /** Where its first byte lies in `rows.jsonl`. */
  fileOffset: number;
  lengthBytes: number;
}

/**
 * Appends rows to a staged `rows.jsonl` and its index; both are written by a second thread. Rows go into shared
 * memory, so what is not yet on disk can be read again for comparison. `settle` between chunks of input holds the
 * importer back while the thread is behind, and throws what went wrong there.
 */
export class RowsWriter {
  readonly #worker: Worker;
  readonly #rowsPath: string;
  readonly #inFlight = new Map<number, Slot>();
  readonly #idle: Slot[] = [];
  #current: Slot;
  #slots = 0;
  #blocksInFlight = 0;
  #descriptor: number | undefined;
  #failure: CampError | undefined;
  #done: { sha256: string; sizeBytes: number } | undefined;
  #isAbandoned = false;
  #hasExited = false;
  #wake: (() => void) | undefined;

  constructor(start: WriterStart) {
    this.#rowsPath = start.rowsPath;
    // What the thread makes is dead at once: a small nursery costs it no time and saves the process some 15 MB.
    this.#worker = new Worker(writerThreadUrl(), { workerData: start, execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: 4 } });
    this.#worker.on('message', (message: FromWriter) => this.#receive(message));
    this.#worker.on('error', (cause) => this.#fail(failure('import_failed', 'The thread that writes the dataset died.', { cause })));
    this.#worker.on('exit', () => {
      this.#hasExited = true;
      if (this.#done === undefined && !this.#isAbandoned) this.#fail(failure('import_failed', 'The thread that writes the dataset ended early.'));
      this.#wakeUp();
    });
    this.#current = this.#takeSlot(0, 0);
  }

  /** Bytes appended so far: where the next row begins. */
  get offset(): number {
    return this.#current.fileOffset + this.#current.lengthBytes;
  }

  /** Appends a row given as bytes of the source, after a prefix, and the newline. Answers its length without the newline. */
  appendBytes(prefix: Buffer, source: Buffer, start: number, end: number): number {
    const length = prefix.length + end - start;
    const slot = this.#room(length + 1);
    let at = slot.lengthBytes;
    for (const code of prefix) slot.view[at++] = code;
    at += source.copy(slot.view, at, start, end);
    slot.view[at] = newline;
    slot.lengthBytes = at + 1;
    return length;
  }

  /** Appends a row given as text, and the newline. Answers its length in bytes without the newline. */
  appendText(text: string): number {
    const isSmall = text.length * 3 + 1 < slotBytes / 4;
    const slot = this.#room((isSmall ? text.length * 3 : Buffer.byteLength(text)) + 1);
    const length = slot.view.write(text, slot.lengthBytes, 'utf8');
    slot.view[slot.lengthBytes + length] = newline;
    slot.lengthBytes += length + 1;
    return length;
  }

  /** Takes back the row just appended. */
  takeBack(length: number): void {
    this.#current.lengthBytes -= length + 1;
  }

  /** The bytes of a row, from memory or from the file. Valid until the next call. */
  read(offset: number, length: number): Buffer {
    for (const slot of [this.#current, ...this.#inFlight.values()]) {
      const at = offset - slot.fileOffset;
      if (at >= 0 && at < slot.lengthBytes) return slot.view.subarray(at, at + length);
    }
    this.#descriptor ??= openSync(this.#rowsPath, 'r');
    const bytes = Buffer.allocUnsafe(length);
    for (let done = 0; done < length; ) {
      const count = readSync(this.#descriptor, bytes, done, length - done, offset + done);
      if (count === 0) throw new Error('rows.jsonl is shorter than what was written');
      done += count;
    }
    return bytes;
  }

  addBlock(block: IndexBlock): void {
    this.#blocksInFlight++;
    this.#post({ kind: 'rows', block });
  }

  async settle(): Promise<void> {
    while (this.#inFlight.size + this.#blocksInFlight > mostInFlight && this.#failure === undefined) await this.#news();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Writes all that was appended; afterwards `read` reads from the file. */
  async flush(): Promise<void> {
    if (this.#current.lengthBytes > 0) this.#send();
    while (this.#inFlight.size > 0 && this.#failure === undefined) await this.#news();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Ends both files, durably. `pairs` are rows whose split changed: row, split, row, split … */
  async finish(pairs: Float64Array, files: string[]): Promise<{ sha256: string; sizeBytes: number }> {
    await this.flush();
    if (pairs.length > 0) this.#post({ kind: 'splits', pairs });
    this.#post({ kind: 'finish', files });
    while (this.#done === undefined && this.#failure === undefined) await this.#news();
    this.#closeReader();
    if (this.#done === undefined) throw this.#failure ?? new Error('the writer gave no answer');
    await this.#worker.terminate();
    return this.#done;
  }

  /** Lets go of both files, so that their folder can be removed. Safe at any time. */
  async abandon(): Promise<void> {
    this.#closeReader();
    if (!this.#hasExited && this.#done === undefined) {
      this.#post({ kind: 'abandon' });
      while (!this.#isLetGo()) await this.#news();
    }
    this.#isAbandoned = true;
    await this.#worker.terminate();
  }

  #isLetGo(): boolean {
    return this.#isAbandoned || this.#hasExited;
  }

  #room(sizeBytes: number): Slot {
    if (this.#current.lengthBytes + sizeBytes > this.#current.view.length) this.#send(sizeBytes);
    return this.#current;
  }

  #send(nextBytes = 0): void {
    const slot = this.#current;
    const end = slot.fileOffset + slot.lengthBytes;
    if (slot.lengthBytes > 0) {
      this.#inFlight.set(slot.id, slot);
      this.#post({ kind: 'bytes', slot: slot.id, buffer: slot.buffer, lengthBytes: slot.lengthBytes });
    } else if (slot.view.length === slotBytes) this.#idle.push(slot);
    this.#current = this.#takeSlot(nextBytes, end);
  }

  #takeSlot(leastBytes: number, fileOffset: number): Slot {
    const idle = leastBytes <= slotBytes ? this.#idle.pop() : undefined;
    if (idle !== undefined) {
      idle.fileOffset = fileOffset;
      idle.lengthBytes = 0;
      return idle;
    }
    const buffer = new SharedArrayBuffer(Math.max(slotBytes, leastBytes));
    return { id: this.#slots++, buffer, view: Buffer.from(buffer), fileOffset, lengthBytes: 0 };
  }

  #post(message: ToWriter): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromWriter): void {
    switch (message.kind) {
      case 'written': {
        const slot = this.#inFlight.get(message.slot);
        this.#inFlight.delete(message.slot);
        // A slot made for one huge row is let go.
        if (slot !== undefined && slot.view.length === slotBytes) this.#idle.push(slot);
        break;
      }
      case 'indexed':
        this.#blocksInFlight--;
        break;
      case 'done':
        this.#done = { sha256: message.sha256, sizeBytes: message.sizeBytes };
        break;
      case 'abandoned':
        this.#isAbandoned = true;
        break;
      case 'failed':
        this.#failure ??= writeFailure(message.code, message.message);
        break;
    }
    this.#wakeUp();
  }

  #fail(error: CampError): void {
    this.#failure ??= error;
    this.#wakeUp();
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  #closeReader(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

const newline = 10;

/** What a person can do about a failed write. SQLite says SQLITE_FULL where files say ENOSPC. */
export function writeFailure(code: string, message: string): CampError {
  if (code === 'ENOSPC' || code === 'SQLITE_FULL' || code === 'EDQUOT') {
    return failure('disk_full', 'There is no room left on the disk for this dataset. Nothing of it was kept.', {
      hint: 'Free some space and prepare it again.',
    });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return failure('not_writable', `The dataset cannot be written: ${message}`, { hint: 'Check the rights of the .training folder.' });
  }
  return failure('import_failed', `The dataset cannot be written: ${message}`);
}

/** From sources Node strips the types itself; the bundle lies beside the others. */
function writerThreadUrl(): URL {
  return import.meta.url.endsWith('.ts') ? new URL('./writerThread.ts', import.meta.url) : new URL('./datasetWriter.mjs', import.meta.url);
}
