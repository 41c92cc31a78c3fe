import { plainText } from '../../../common/plainText.ts';
import { keyringRequestSchema, type KeyringItem, type KeyringReply, type KeyringRequest } from './messages.ts';

/** What is used of the native package. */
export interface Binding {
  AsyncEntry: new (service: string, account: string, options?: { linux?: { store?: 'secret-service' | 'keyutils' } }) => Entry;
}

interface Entry {
  setPassword(password: string): Promise<void>;
  getPassword(): Promise<string | null>;
  deletePassword(): Promise<boolean>;
}

/**
 * Of the kernel's keys and the Secret Service only the latter keeps secrets beyond the next start of the machine. Left to
 * itself the package takes the former where there is no Secret Service, and says that it stored.
 */
const options = { linux: { store: 'secret-service' } } as const;

const mostReasonCharacters = 200;

/**
 * The life of the process that speaks with the keyring: one request from its parent and one reply. Its parent ends it
 * then; without a parent it ends by itself, also while the keyring waits for a person. Neither its command line nor its environment holds a key.
 */
export function runKeyringProgram(load: () => Promise<Binding>): void {
  process.once('disconnect', () => process.exit(0));
  process.once('message', (received: unknown) => {
    void answer(keyringRequestSchema.parse(received), load).then((reply) => process.send?.(reply));
  });
}

async function answer(request: KeyringRequest, load: () => Promise<Binding>): Promise<KeyringReply> {
  let binding: Binding;
  try {
    binding = await load();
  } catch {
    // Its words are several lines about installing npm packages, which a person who has a VSIX can't do.
    return { kind: 'failed', reason: `the package that reaches it does not load on this machine (${process.platform}-${process.arch})` };
  }
  try {
    return await act(request, entryOf(binding, request.item));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const safe = request.kind === 'keep' ? words.replaceAll(request.key, '…') : words;
    return { kind: 'failed', reason: reasonOf(plainText(safe).slice(0, mostReasonCharacters)) };
  }
}

async function act(request: KeyringRequest, entry: Entry): Promise<KeyringReply> {
  switch (request.kind) {
    case 'keep':
      await entry.setPassword(request.key);
      return { kind: 'kept' };
    case 'read':
      return { kind: 'read', key: await entry.getPassword() };
    case 'forget':
      return { kind: 'forgotten', wasThere: await entry.deletePassword() };
  }
}

/** D-Bus is how a Secret Service is reached: its words mean that there is none. */
function reasonOf(words: string): string {
  return /\bDBus error\b/i.test(words) ? `no Secret Service answers (${words})` : `it can’t be used (${words})`;
}

function entryOf(binding: Binding, { service, account }: KeyringItem): Entry {
  return new binding.AsyncEntry(service, account, options);
}
