import { z } from 'zod';
import { failure } from '../../protocol/errors.ts';
import { readTextFile } from '../platform/files.ts';
import { changeAlone } from '../platform/lockFile.ts';
import { isOpenToOthers, writePrivateFile } from '../platform/privateFile.ts';

const fileSchema = z.object({ version: z.literal(1), keys: z.record(z.string(), z.string().min(1)) });

/** Keys by origin in a file that only its owner can read. */
export class KeyFile {
  readonly path: string;

  constructor(file: string) {
    this.path = file;
  }

  /** `keys_file_open` where others can read it, `keys_file_damaged` where it is no such file. */
  find(origin: string): string | undefined {
    return this.#read()[origin];
  }

  async keep(origin: string, key: string): Promise<void> {
    await changeAlone(this.path, () => this.#write({ ...this.#read(), [origin]: key }));
  }

  /** Answers whether there was one. */
  async forget(origin: string): Promise<boolean> {
    if (this.find(origin) === undefined) return false;
    return await changeAlone(this.path, () => {
      const { [origin]: key, ...others } = this.#read();
      if (key !== undefined) this.#write(others);
      return key !== undefined;
    });
  }

  #write(keys: Record<string, string>): void {
    writePrivateFile(this.path, `${JSON.stringify({ version: 1, keys }, null, 2)}\n`);
  }

  #read(): Record<string, string> {
    const text = readTextFile(this.path);
    if (text === null) return {};
    if (isOpenToOthers(this.path)) {
      throw failure('keys_file_open', `Other users of this machine can read ${this.path}.`, { hint: `Run: chmod 600 "${this.path}". Keys that others may have read should be replaced.` });
    }
    try {
      return fileSchema.parse(JSON.parse(text)).keys;
    } catch (error) {
      // The cause would quote the file, and with it a key.
      throw failure('keys_file_damaged', `${this.path} is not a file of keys (${error instanceof z.ZodError ? 'another form' : 'no JSON'}).`, { hint: 'Mend it, or delete it and give the keys again.' });
    }
  }
}
