import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { checkText } from '../../../src/backend/language/jsonl/datasetCheck.ts';
import { codeActions, editsOfAll } from '../../../src/backend/language/jsonl/fixes/codeActions.ts';
import { fixers, fixesOf } from '../../../src/backend/language/jsonl/fixes/lineFixes.ts';
import { repairJson } from '../../../src/backend/language/jsonl/fixes/repairJson.ts';

const good = (name: string): string => `{"messages":[{"role":"user","content":"What is ${name}?"},{"role":"assistant","content":"It is ${name}."}],"id":"${name}"}`;
const turns = (...list: unknown[]): string => JSON.stringify({ messages: list });
const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });

/** A line, beside good ones, for every code that claims a fix. */
const broken: Record<string, string> = {
  json_trailing_comma: good('a').replace('}],', '},],'),
  json_python_literal: '{"messages": [{"role": "user", "content": "a?"}, {"role": "assistant", "content": "b"}], "ok": True, "none": None}',
  json_single_quotes: `{'messages': [{'role': 'user', 'content': "it's"}, {'role': 'assistant', 'content': 'say \\'hi\\' or "ho"'}], 'ok': True,}`,
  json_not_finite: good('b').replace('"id":"b"', '"score":NaN'),
  json_control_character: good('c').replace('What', 'Wh\tat'),
  json_syntax: good('d').replace('What', '\\What'),
  json_truncated: good('e').slice(0, 60),
  json_extra_text: `${good('f')} and more`,
  json_duplicate_key: good('g').replace('{"messages"', '{"id":"old","messages"'),
  json_number_precision: good('h').replace('"id":"h"', '"id":12345678901234567890'),
  byte_order_mark: `\ufeff${good('i')}`,
  text_invisible: good('j').replace('It', 'I\u200bt \\u200b\\\\u200b'),
  text_control: good('k').replace('It', 'I\\u0001t'),
  text_secret: good('s').replace('It is', `Use \\"ghp_${'aB3dE5gH7'.repeat(4)}\\" or`),
  role_unknown: good('l').replace('"user"', '"usre"'),
  roles_consecutive: turns(user('one'), user('two "2"'), assistant('three')),
  system_not_first: turns(user('one'), { role: 'system', content: 'Be brief.' }, assistant('three')),
  system_repeated: turns({ role: 'system', content: 'Be brief.' }, { role: 'system', content: 'Be kind.' }, user('one'), assistant('three')),
  last_not_assistant: turns(user('one'), assistant('two'), user('three')),
  answer_empty: turns(user('one'), assistant(''), user('two'), assistant('three')),
  tool_arguments_invalid: JSON.stringify({
    messages: [user('x'), { role: 'assistant', content: null, tool_calls: [{ id: '1', type: 'function', function: { name: 'f', arguments: "{'a': True}" } }] }, { role: 'tool', tool_call_id: '1', content: 'y' }, assistant('z')],
    tools: [{ type: 'function', function: { name: 'f' } }],
  }),
  row_empty: '{}',
  row_duplicate: good('first').replace('"id":"first"', '"id":"again"'),
  pair_equal: '{"prompt":"a","chosen":"b","rejected":"b"}',
};

function textWith(code: string): { text: string; line: number } {
  if (code === 'pair_equal') return { text: ['{"prompt":"x","chosen":"y","rejected":"z"}', broken[code], '{"prompt":"m","chosen":"n","rejected":"o"}'].join('\n'), line: 1 };
  return { text: [good('first'), good('second'), broken[code], good('last')].join('\n'), line: 2 };
}

const apply = (text: string, edits: Parameters<typeof TextDocument.applyEdits>[1]): string => TextDocument.applyEdits(TextDocument.create('file:///a.jsonl', 'jsonl', 1, text), edits);
const codes = (text: string): string[] => checkText(text).diagnostics.map(({ code }) => String(code));
const errors = (text: string): string[] => checkText(text).diagnostics.filter(({ severity }) => severity === 1).map(({ code }) => String(code));

describe('a fix', () => {
  test.each(Object.keys(fixers))('of %s makes the problem vanish, brings no error and leaves other rows as they are', (code) => {
    const { text, line } = textWith(code);
    expect(codes(text)).toContain(code);
    const { check, diagnostics } = checkText(text);
    const about = diagnostics.filter((one) => one.code === code);
    const range = about[0]?.range ?? { start: { line, character: 0 }, end: { line, character: 0 } };
    const [first] = codeActions(check, { range, context: { diagnostics: about } }).filter((action) => action.edit !== undefined && action.diagnostics?.some((one) => one.code === code));
    const fixed = apply(text, first?.edit?.changes?.['file:///text.jsonl'] ?? []);
    expect(codes(fixed)).not.toContain(code);
    expect(errors(fixed)).toEqual(errors(text).filter((other) => other !== code));
    const others = text.split('\n').filter((_line, index) => index !== line);
    expect(fixed.split('\n').filter((one) => others.includes(one))).toEqual(others);
  });

  test.each(Object.keys(fixers))('of all of the kind %s at once does the same', (code) => {
    const { text } = textWith(code);
    const fixed = apply(text, editsOfAll(checkText(text).check, code));
    expect(codes(fixed)).not.toContain(code);
    expect(errors(fixed)).toEqual(errors(text).filter((other) => other !== code));
  });

  test('of everything safe leaves what a person must decide', () => {
    const text = [good('first'), ...Object.keys(fixers).filter((code) => code !== 'pair_equal').map((code) => broken[code]), good('last')].join('\n');
    const fixed = apply(text, editsOfAll(checkText(text).check, null));
    const left = new Set(codes(fixed));
    for (const [code, { isSafe }] of Object.entries(fixers)) if (code !== 'pair_equal') expect(left.has(code), code).toBe(!isSafe);
  });

  test('removes runs of rows up to the end of the file', () => {
    const text = [good('a'), '{}', '{}', good('b'), '{}', '{}'].join('\n');
    expect(apply(text, editsOfAll(checkText(text).check, 'row_empty'))).toBe([good('a'), good('b')].join('\n'));
  });

  test('of a role that is far from all known ones is left to a person', () => {
    const line = good('a').replace('"user"', '"narrator"');
    const { check } = checkText([good('b'), line].join('\n'));
    const issue = check.found[0]?.issue;
    expect(issue?.code).toBe('role_unknown');
    expect(check.checker === undefined || issue === undefined ? [] : fixesOf(line, issue, check.checker).map(({ title }) => title)).toEqual(['Write the role as “user”', 'Write the role as “assistant”', 'Write the role as “system”', 'Remove this row']);
    expect(editsOfAll(check, 'role_unknown')).toEqual([]);
  });
});

describe('repairing JSON', () => {
  test.each([
    [`{'a': 'it\\'s "x"', 'b': [1, 2,], 'c': None}`, `{"a": "it's \\"x\\"", "b": [1, 2], "c": null}`],
    [`{"a": "True, None,]"}`, `{"a": "True, None,]"}`],
    [`{"a": -Infinity, "b": "\\x41\\d"}`, `{"a": null, "b": "\\u0041\\\\d"}`],
  ])('%s', (text, repaired) => {
    expect(repairJson(text)).toBe(repaired);
    expect(() => JSON.parse(repaired) as unknown).not.toThrow();
  });

  test('gives up where a text is never closed', () => {
    expect(repairJson('{"a": "b')).toBeNull();
  });
});
