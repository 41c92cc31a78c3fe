import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const fixtures = path.resolve(import.meta.dirname, '..', 'fixtures', 'datasets');

/**
 * Chat rows of which about half are broken: lines of other files among them, pieces cut, doubled, moved and replaced by what
 * people and programs really get wrong. Equal for equal seeds.
 */
export function brokenLines({ seed, rows }: { seed: number; rows: number }): string {
  const random = randomFrom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] ?? failed();
  const names = readdirSync(fixtures).filter((name) => name.endsWith('.jsonl'));
  const strangers = names.flatMap((name) => readFileSync(path.join(fixtures, name), 'utf8').split('\n').slice(0, 4));
  const lines: string[] = [];
  for (let row = 0; row < rows; row += 1) {
    const chance = random();
    const plain = JSON.stringify({ messages: [{ role: 'user', content: `What is ${String(row)}?` }, { role: 'assistant', content: `It is ${String(row * 7)}.` }] });
    if (chance < 0.5) lines.push(plain);
    else if (chance < 0.55) lines.push(pick(lines.length === 0 ? [plain] : lines));
    else if (chance < 0.6) lines.push(pick(strangers));
    else lines.push(pick(mistakes)(chance < 0.9 ? plain : pick(strangers), random));
  }
  return `${lines.join('\n')}\n`;
}

type Mistake = (line: string, random: () => number) => string;

const cut: Mistake = (line, random) => line.slice(0, Math.floor(random() * line.length));
const mistakes: readonly Mistake[] = [
  cut,
  (line, random) => `${cut(line, random)}${cut(line, random)}`,
  (line, random) => {
    const at = Math.floor(random() * line.length);
    const strange = ['"', '{', '}', ',', '\\', '\u0001', '\t', '\u200b', '\ufffd', '\u202e', 'Ã©', 'NaN', 'None', "'", '\\ud800', '[', ']'];
    return `${line.slice(0, at)}${strange[Math.floor(random() * strange.length)] ?? ''}${line.slice(at)}`;
  },
  (line) => line.replace(/\]\}$/, ',]}'),
  (line) => line.replaceAll('"', "'"),
  (line) => `${line} ${line}`,
  (line) => `  ${line}  \t`,
  (line) => `\ufeff${line}`,
  (line) => line.replace('"role":"user"', '"role":"usr"'),
  (line) => line.replace('"role":"assistant"', '"role":"user"'),
  (line) => line.replace('"user"', '"assistant"'),
  (line) => line.replace(/"content":"[^"]*"/, '"content":""'),
  (line) => line.replace(/"content":"[^"]*"/, '"content":null'),
  (line) => line.replace(/"content":"[^"]*"/, '"content":12345678901234567890'),
  (line) => line.replace(/"content":"[^"]*"/, `"content":"the \\"key\\" is\\tghp_${'aB3dE5gH7'.repeat(4)}"`),
  (line) => line.replace('{"messages"', '{"source":"x","messages"'),
  (line) => line.replace('{"role"', '{"weight":0,"role"'),
  (line) => line.replace('{"role"', '{"mask":true,"role"'),
  (line) => line.replace('{"role"', '{"role":"user","role"'),
  () => '',
  () => '{}',
  () => '[]',
  () => '"a text"',
  () => 'null',
  () => '{"text": "a line of text"}',
  () => '{"prompt": "a", "completion": "b"}',
  () => '{"prompt": "a", "chosen": "b", "rejected": "b"}',
];

/** mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

function failed(): never {
  throw new Error('there is nothing to pick from');
}
