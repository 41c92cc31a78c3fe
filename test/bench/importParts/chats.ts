import { closeSync, openSync, writeSync } from 'node:fs';
import { makeWords, pick, seeded } from './seeded.ts';

interface Turn {
  role: string;
  content: string;
}

/**
 * Writes chats of about 690 bytes: 4 % exact and 2 % normalised duplicates, 1 % broken, 3 % with other scripts.
 * `isEscaped` writes them as Python does by default, with blanks and every other script as escapes.
 */
export function writeChats(file: string, rows: number, isEscaped: boolean): void {
  const random = seeded(12_345);
  const words = makeWords(20_000, random);
  const gauss = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const text = (mean: number, spread: number, least: number, most: number): string => {
    const count = Math.min(most, Math.max(least, Math.floor(Math.exp(mean + spread * gauss()))));
    let out = '';
    let since = 0;
    for (let index = 0; index < count; index++) {
      const word = pick(words, random);
      out += `${index === 0 ? '' : ' '}${since === 0 ? word.charAt(0).toUpperCase() + word.slice(1) : word}`;
      if (++since > 6 && random() < 0.15) {
        out += isEscaped ? '.\n' : '.';
        since = 0;
      }
    }
    return `${out}.`;
  };
  const chat = (): Turn[] => {
    const turns: Turn[] = random() < 0.2 ? [{ role: 'system', content: 'You are a helpful assistant.' }] : [];
    for (let turn = random() < 0.1 ? 2 : 1; turn > 0; turn--) {
      turns.push({ role: 'user', content: text(2.6, 0.6, 4, 300) });
      turns.push({ role: 'assistant', content: `${text(4.05, 0.7, 4, 800)}${random() < 0.03 ? ' Zürich 你好 😀.' : ''}` });
    }
    return turns;
  };
  const write = (messages: Turn[]): string => (isEscaped ? asPython({ messages }) : JSON.stringify({ messages }));
  const earlier: Turn[][] = [];
  const output = openSync(file, 'w');
  let lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    const kind = random();
    const old = earlier[Math.floor(random() * earlier.length)];
    if (kind < 0.04 && old !== undefined) lines.push(write(old));
    else if (kind < 0.06 && old !== undefined) lines.push(write(old.map((turn, index) => (index === old.length - 1 ? { ...turn, content: `  ${turn.content.toUpperCase().replaceAll(' ', '  ')}` } : turn))));
    else if (kind < 0.07) lines.push(random() < 0.5 ? '{"messages":[{"role":"user","content":"cut' : write([{ role: 'user', content: text(3, 0.5, 5, 50) }, { role: 'assistant', content: '' }]));
    else {
      const messages = chat();
      if (earlier.length < 50_000) earlier.push(messages);
      lines.push(write(messages));
    }
    if (lines.length >= 5000 || row === rows - 1) {
      writeSync(output, `${lines.join('\n')}\n`);
      lines = [];
    }
  }
  closeSync(output);
}

/** JSON as Python's json.dumps writes it. */
function asPython(value: { messages: Turn[] }): string {
  const quoted = (text: string): string => JSON.stringify(text).replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `{"messages": [${value.messages.map((turn) => `{"role": ${quoted(turn.role)}, "content": ${quoted(turn.content)}}`).join(', ')}]}`;
}
