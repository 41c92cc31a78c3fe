import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../../src/backend/datasets/formats/parseLine.ts';
import type { RowIssue } from '../../../../src/backend/datasets/formats/issues.ts';

function parse(text: string) {
  const issues: RowIssue[] = [];
  const value = parseLine(text, (issue) => issues.push(issue));
  return { value, issues, codes: issues.map((issue) => issue.code) };
}

describe('a line that is no JSON', () => {
  const cases: [string, string, number][] = [
    ['{"a":1,}', 'json_trailing_comma', 7],
    ['{"a":[1, 2, ]}', 'json_trailing_comma', 11],
    ['{"a":NaN}', 'json_not_finite', 6],
    ['{"a":[1,-Infinity]}', 'json_not_finite', 9],
    ['{"a":True}', 'json_python_literal', 6],
    ['{"a":None}', 'json_python_literal', 6],
    ["{'a': 1}", 'json_single_quotes', 2],
    ['{"a":"x', 'json_truncated', 8],
    ['{"a":1', 'json_truncated', 7],
    ['{"a":"\\u00', 'json_truncated', 11],
    ['', 'json_truncated', 1],
    ['{"a":1} {"b":2}', 'json_extra_text', 9],
    ['{"a":1}]', 'json_extra_text', 8],
    ['{"a" 1}', 'json_syntax', 6],
    ['{"a":"\\x"}', 'json_syntax', 7],
    ['{a:1}', 'json_syntax', 2],
    ['{"a":01}', 'json_syntax', 6],
    ['{"a":.5}', 'json_syntax', 6],
    ['{"a":1 "b":2}', 'json_syntax', 8],
    ['[1 2]', 'json_syntax', 4],
    ['// {"a":1}', 'json_syntax', 1],
    ['{"a":"b\u0000c"}', 'json_control_character', 8],
    ['{"a":"b\tc"}', 'json_control_character', 8],
    ['\u0000', 'json_control_character', 1],
  ];
  it.each(cases)('%j is %s at its exact column', (text, code, column) => {
    const { value, issues } = parse(text);
    expect(value).toBeUndefined();
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ code, column, severity: 'error' });
    expect(issues[0]?.fix).not.toBeNull();
  });

  it('refuses nesting of 10,000 without a stack overflow', () => {
    for (const text of ['['.repeat(10_000) + ']'.repeat(10_000), '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000), '['.repeat(10_000)]) {
      const { value, issues } = parse(text);
      expect(value).toBeUndefined();
      expect(issues[0]?.code).toBe('json_too_deep');
    }
  });

  it('accepts what nests up to the limit', () => {
    expect(parse('['.repeat(512) + ']'.repeat(512))).toMatchObject({ codes: [] });
    expect(parse('['.repeat(513) + ']'.repeat(513))).toMatchObject({ codes: ['json_too_deep'] });
  });
});

describe('what JSON.parse hides', () => {
  it.each([
    ['{"a":1,"a":2}', { a: 2 }, '$.a', 8],
    ['{"a" : 1, "a" : 2}', { a: 2 }, '$.a', 11],
    ['{"a":{"b":[{"c":1},{"c":2,"c":3}]}}', { a: { b: [{ c: 1 }, { c: 3 }] } }, '$.a.b[1].c', 27],
    ['{"a":1,"\\u0061":2}', { a: 2 }, '$.a', 8],
  ])('reports the key given twice in %s', (text, expected, path, column) => {
    const { value, issues } = parse(text);
    expect(value).toEqual(expected);
    expect(issues).toMatchObject([{ code: 'json_duplicate_key', severity: 'warning', path, column }]);
  });

  it('takes no text for a key', () => {
    expect(parse(JSON.stringify({ a: 'say "b": 1, "b": 2', c: ['"d": "d":', '\\":'] })).codes).toEqual([]);
  });

  it('keeps the digits of a number that a double cannot hold', () => {
    const { value, codes } = parse('{"id":12345678901234567890,"n":[1e999,9007199254740991,1e20]}');
    expect(value).toEqual({ id: '12345678901234567890', n: ['1e999', 9007199254740991, 1e20] });
    expect(codes).toEqual(['json_number_precision', 'json_number_precision']);
  });

  it('replaces halves of surrogate pairs and says where', () => {
    const { value, issues } = parse('{"a":["ok \\ud83d\\ude00","\\ud83d!"],"\\udc00":1}');
    expect(value).toEqual({ a: ['ok 😀', '\ufffd!'], '\ufffd': 1 });
    expect(issues.map((issue) => [issue.code, issue.path])).toEqual([['json_lone_surrogate', '$.a[1]'], ['json_lone_surrogate', '$']]);
    expect(JSON.stringify(value).isWellFormed()).toBe(true);
  });

  it('keeps a key called __proto__ as a plain key', () => {
    const { value, codes } = parse('{"__proto__":{"polluted":true},"constructor":1}');
    expect(codes).toEqual(['key_reserved']);
    expect(Object.keys(value ?? {})).toEqual(['__proto__', 'constructor']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe('fuzzed lines', () => {
  it('agrees with JSON.parse on what is JSON, and never throws', () => {
    const seeds = ['{"messages":[{"role":"user","content":"a \\"b\\": c\\n"},{"role":"assistant","content":"d"}],"n":-1.5e3}', '[true,false,null,"\\u00e9"]'];
    const alphabet = '{}[]",:\\ntfu0-1.eE \t\u0000é😀';
    let state = 7;
    const random = (limit: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state % limit;
    };
    for (let round = 0; round < 10_000; round += 1) {
      let text = seeds[random(seeds.length)] ?? '';
      for (let change = 0; change <= random(3); change += 1) {
        const at = random(text.length + 1);
        text = text.slice(0, at) + alphabet.charAt(random(alphabet.length)) + text.slice(at + random(3));
      }
      const { value, issues } = parse(text);
      const isJson = ((): boolean => {
        try {
          JSON.parse(text);
          return true;
        } catch {
          return false;
        }
      })();
      expect(value !== undefined, text).toBe(isJson);
      if (!isJson) {
        expect(issues).toHaveLength(1);
        expect(issues[0]?.column ?? 0, text).toBeGreaterThan(0);
        expect(issues[0]?.column ?? 0, text).toBeLessThanOrEqual(text.length + 1);
        expect(issues[0]?.message).not.toBe('This line is not valid JSON.');
      }
    }
  });
});
