import { text as readAll } from 'node:stream/consumers';
import { usageError } from '../protocol/errors.ts';

const enter = /[\r\n]/;

/** A secret from standard input: all of it from a pipe, a line that is not shown from a terminal. Never from an argument, which others can see. */
export async function readSecret(stdin: NodeJS.ReadStream, prompt: (text: string) => void): Promise<string> {
  const secret = stdin.isTTY ? await readHidden(stdin, prompt) : (await readAll(stdin)).trim();
  if (/^[\x21-\x7e]{1,2000}$/.test(secret)) return secret;
  throw usageError('key_invalid', secret === '' ? 'Standard input holds no key.' : 'What standard input holds is no key: it has blanks, line breaks or other characters than ASCII.', { hint: 'Such as: training provider add NAME --key-stdin < key.txt' });
}

async function readHidden(stdin: NodeJS.ReadStream, prompt: (text: string) => void): Promise<string> {
  prompt('Paste the key and press Enter; it is not shown.');
  stdin.setRawMode(true).setEncoding('utf8').resume();
  try {
    let typed = '';
    for await (const piece of stdin) {
      const part = String(piece);
      // In raw mode Ctrl-C and Ctrl-D are characters like others.
      if (/[\u0003\u0004]/.test(part)) return '';
      typed += part;
      if (enter.test(part)) break;
    }
    return (typed.split(enter)[0] ?? '').trim();
  } finally {
    stdin.setRawMode(false).pause();
  }
}
