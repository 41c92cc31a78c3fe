import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Room set aside on a disk, so that when it is full there is still enough to write down that it is. Random bytes: a file
 * system that compresses would keep nothing of zeros.
 */
export class Reserve {
  readonly #file: string;
  readonly #sizeBytes: number;

  constructor(file: string, sizeBytes: number) {
    this.#file = file;
    this.#sizeBytes = sizeBytes;
  }

  /** Sets the room aside again. Nothing when it is there, or when there is none to be had. */
  keep(): void {
    if (existsSync(this.#file)) return;
    try {
      writeFileSync(this.#file, randomBytes(this.#sizeBytes));
    } catch {
      // Half a reserve would take the room that others need now.
      this.release();
    }
  }

  release(): void {
    rmSync(this.#file, { force: true });
  }
}
