import { describe, expect, it } from 'vitest';
import { makeConverter } from '../../../../src/backend/datasets/formats/convert.ts';
import { detectFormat } from '../../../../src/backend/datasets/formats/detect.ts';
import type { RowIssue } from '../../../../src/backend/datasets/formats/issues.ts';
import { parseMapping } from '../../../../src/backend/datasets/formats/mapping.ts';
import { makeRowScanner } from '../../../../src/backend/datasets/formats/scanRow.ts';
import { normalRow } from '../../../../src/backend/datasets/import/normalRow.ts';
import { datasetFormats, datasetRowSchema, type DatasetRow } from '../../../../src/protocol/datasets.ts';
import type { Json } from '../../../../src/protocol/json.ts';

const keys = [
  'messages', 'conversations', 'role', 'from', 'content', 'value', 'text', 'type', 'prompt', 'completion', 'instruction', 'input', 'output', 'history', 'chosen', 'rejected',
  'label', 'tools', 'tool_calls', 'function', 'function_call', 'name', 'arguments', 'tool_call_id', 'system', 'weight', 'mask', 'id', 'query', 'answers', 'chat', '__proto__', '', 'x y',
];
const texts = ['user', 'assistant', 'system', 'tool', 'human', 'gpt', 'function_call', 'hello there', '', ' ', '{"name":"f","arguments":{}}', '[{"role":"user","content":"a"}]', '[1,', '\n\nHuman: a\n\nAssistant: b', 'USER: a\n\n\nASSISTANT: <functioncall> {"name": "f"}', 'é\u200b', 'text'];

function generator(seed: number) {
  let state = seed;
  const random = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const pick = <Item>(list: readonly Item[]): Item => list[random(list.length)]!;
  const value = (depth: number): Json => {
    const kind = random(depth > 0 ? 10 : 6);
    if (kind < 4) return pick(texts);
    if (kind === 4) return pick<Json>([0, 1, -1, 2.5, true, false, null]);
    if (kind === 5) return null;
    if (kind < 8) return Array.from({ length: random(4) }, () => value(depth - 1));
    return object(depth - 1);
  };
  const object = (depth: number): Json => {
    const result: { [key: string]: Json } = {};
    for (let count = random(6); count > 0; count -= 1) {
      Object.defineProperty(result, pick(keys), { value: value(depth), enumerable: true, configurable: true, writable: true });
    }
    return result;
  };
  const turns = (): Json => Array.from({ length: random(5) }, () => ({ role: pick(['user', 'assistant', 'system', 'tool', 'alien']), content: value(1), ...(random(4) === 0 ? { tool_calls: value(3), weight: value(0) } : {}) }));
  const row = (): Json => pick<() => Json>([() => value(4), () => object(4), () => ({ messages: turns() }), () => ({ prompt: value(2), chosen: turns(), rejected: value(2) }), () => ({ prompt: value(2), completion: value(2), label: value(0) })])();
  return { row };
}

describe('rows of any shape', () => {
  it('either become a row that the schema accepts or an error with a path, and never throw', () => {
    const { row: next } = generator(11);
    const scanner = makeRowScanner();
    let kept = 0;
    for (const format of datasetFormats) {
      for (const map of [[], ['system=$.system', 'weight=weight', 'id=name']]) {
        const convert = makeConverter(format, parseMapping(map));
        for (let round = 0; round < 1500; round += 1) {
          const value = next();
          const issues: RowIssue[] = [];
          const row = convert(value, (issue) => issues.push(issue));
          if (row === null) {
            expect(issues.filter((issue) => issue.severity === 'error' && issue.path !== null), JSON.stringify(value)).not.toHaveLength(0);
            continue;
          }
          kept += 1;
          expect(issues.filter((issue) => issue.severity === 'error'), JSON.stringify(value)).toHaveLength(0);
          const parsed = datasetRowSchema.safeParse(JSON.parse(JSON.stringify(row)));
          expect(parsed.success, `${JSON.stringify(value)} became ${JSON.stringify(row)}`).toBe(true);
          const { quality } = scanner.scan(row, () => undefined);
          expect(quality).toBeGreaterThanOrEqual(0);
          expect(quality).toBeLessThanOrEqual(10);
        }
      }
    }
    expect(kept).toBeGreaterThan(300);
  });

  it('can be sampled without a throw', () => {
    const { row } = generator(5);
    for (let round = 0; round < 2000; round += 1) detectFormat([row(), row(), row()]);
  });
});

describe('the hash and the normal text', () => {
  it('agree: rows with one normal text have one hash', () => {
    const scanner = makeRowScanner();
    const spaces = [' ', '  ', '\n', '\t ', '\u00a0', '\u2003'];
    const words = ['One', 'one', 'ONE', 'É', 'é', 'ﬁne', 'fine', 'Ⅷ', 'viii', 'ß', 'two,', 'three.'];
    const byText = new Map<string, string>();
    let state = 3;
    const pick = (list: readonly string[]): string => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return list[Math.floor((state / 2 ** 32) * list.length)] ?? '';
    };
    const text = (): string => `${pick(['', ...spaces])}${pick(words)}${pick(spaces)}${pick(words)}${pick(['', ...spaces])}`;
    let equal = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const row: DatasetRow = { kind: 'chat', messages: [{ role: 'user', content: text() }, { role: 'assistant', content: text() }] };
      const { hashLow, hashHigh } = scanner.scan(row, () => undefined);
      const hash = `${String(hashLow)} ${String(hashHigh)}`;
      const normal = normalRow(row);
      const known = byText.get(normal);
      if (known !== undefined) {
        equal += 1;
        expect(hash, JSON.stringify(row)).toBe(known);
      }
      byText.set(normal, hash);
    }
    expect(equal).toBeGreaterThan(1000);
    expect(new Set(byText.values()).size).toBe(byText.size);
  });
});
