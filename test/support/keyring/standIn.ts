import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { runKeyringProgram, type Binding } from '../../../src/backend/providers/keyring/program.ts';

// The keyring's program with another binding in place of the native one: no test is to reach the keyring of whoever runs it.
// It keeps secrets in a file as a keyring does beyond its process, or behaves as CAMP_TEST_KEYRING says.

const behaviour = process.env['CAMP_TEST_KEYRING'] ?? 'keeps';
const file = process.env['CAMP_TEST_KEYRING_FILE'] ?? '';
const pretended = new Map<string, string>();

runKeyringProgram(async () => {
  if (behaviour === 'missing') throw new Error('Cannot find native binding.');
  return await Promise.resolve(binding);
});

class StandIn {
  readonly #name: string;

  constructor(service: string, account: string) {
    this.#name = `${service} ${account}`;
  }

  async setPassword(password: string): Promise<void> {
    note('keep');
    if (behaviour === 'crashes') process.kill(process.pid, 'SIGKILL');
    if (behaviour === 'hangs') block();
    if (behaviour === 'refuses') throw new Error(`no room for\n${password}`);
    if (behaviour === 'pretends') pretended.set(this.#name, password);
    else writeFileSync(file, JSON.stringify({ ...secrets(), [this.#name]: behaviour === 'alters' ? `${password}x` : password }));
    await Promise.resolve();
  }

  async getPassword(): Promise<string | null> {
    note('read');
    if (behaviour === 'locked') return await new Promise(() => undefined);
    return await Promise.resolve(pretended.get(this.#name) ?? secrets()[this.#name] ?? null);
  }

  async deletePassword(): Promise<boolean> {
    note('forget');
    if (behaviour === 'locked') return await new Promise(() => undefined);
    const { [this.#name]: found, ...others } = secrets();
    if (Object.keys(others).length === 0) rmSync(file, { force: true });
    else writeFileSync(file, JSON.stringify(others));
    return await Promise.resolve(found !== undefined);
  }
}

const binding: Binding = { AsyncEntry: StandIn };

function secrets(): Record<string, string> {
  return existsSync(file) ? z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
}

/** Who was asked what, over all processes. */
function note(what: string): void {
  appendFileSync(`${file}.log`, `${what}\n`);
}

/** As native code blocks: no event reaches this process any more. */
function block(): never {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
