import { expect, test } from 'vitest';
import { schemaGrammar, type JsonObject } from '../../../src/backend/inference/host/grammar/schemaGrammar.ts';
import { schemaCheck } from '../../../src/backend/inference/host/grammar/schemaProblems.ts';

/** The rules of a grammar's own, the common ones left out. */
function rules(schema: JsonObject): string[] {
  const lines = schemaGrammar(schema).split('\n');
  return lines.slice(0, lines.findIndex((line) => line.startsWith('ws ::=')));
}

test.each<[string, JsonObject, string[]]>([
  ['a plain type', { type: 'boolean' }, ['root ::= boolean']],
  ['a literal', { const: 'a"\n' }, ['root ::= r0', String.raw`r0 ::= "\"a\\\"\\n\""`]],
  ['a choice', { enum: ['a', 1, null] }, ['root ::= r0', String.raw`r0 ::= "\"a\"" | "1" | "null"`]],
  ['a small range', { type: 'integer', minimum: 8, exclusiveMaximum: 11 }, ['root ::= r0', 'r0 ::= "8" | "9" | "10"']],
  ['a number that is not negative', { type: 'number', minimum: 0 }, ['root ::= r0', 'r0 ::= natural fraction? exponent?']],
  ['a length', { type: 'string', minLength: 1, maxLength: 3 }, ['root ::= r0', String.raw`r0 ::= "\"" char{1,3} "\""`]],
  ['a length beyond counting', { type: 'string', maxLength: 100_000 }, ['root ::= r0', String.raw`r0 ::= "\"" char{0,} "\""`]],
  ['a list', { type: 'array', items: { type: 'null' }, minItems: 1, maxItems: 2 }, ['root ::= r0', 'r0 ::= "[" ws null (ws "," ws null){0,1} ws "]"']],
  ['types', { type: ['string', 'null'] }, ['root ::= r0', 'r0 ::= string | null']],
  ['no type at all', {}, ['root ::= any']],
  [
    'what is not required',
    { type: 'object', properties: { a: { type: 'null' }, b: { type: 'null' } }, required: ['b'] },
    ['root ::= r5', 'r0 ::= "\\"a\\"" ":" ws null', 'r1 ::= "\\"b\\"" ":" ws null', 'r2 ::= ws "," ws r1 ""', 'r3 ::= r1 ""', 'r4 ::= r0 r2 | r3', 'r5 ::= "{" ws r4 ws "}"'],
  ],
  ['a schema that names itself', { type: 'array', items: { $ref: '#' } }, ['root ::= r2', 'r0 ::= r1', 'r1 ::= "[" ws (r0 (ws "," ws r0){0,})? ws "]"', 'r2 ::= "[" ws (r0 (ws "," ws r0){0,})? ws "]"']],
  ['all of several', { allOf: [{ type: 'integer' }, { minimum: 1, maximum: 2 }] }, ['root ::= r0', 'r0 ::= "1" | "2"']],
])('writes %s', (_name, schema, expected) => {
  expect(rules(schema)).toEqual(expected);
});

test.each<[string, JsonObject, string, string]>([
  ['not', { type: 'object', properties: { a: { not: {} } } }, 'not', '#/properties/a'],
  ['if', { if: {} }, 'if', '#'],
  ['patternProperties', { type: 'object', patternProperties: {} }, 'patternProperties', '#'],
  ['a reference to elsewhere', { $ref: 'https://example.com/a.json' }, '$ref "https://example.com/a.json"', '#'],
  ['a reference to nothing', { $ref: '#/$defs/a' }, '$ref #/$defs/a', '#'],
  ['a reference by a name that objects have', { $ref: '#/constructor' }, '$ref #/constructor', '#'],
  ['parts that contradict', { allOf: [{ type: 'string' }, { type: 'null' }] }, 'allOf', '#'],
  ['an unknown type', { type: 'date' }, 'type "date"', '#'],
  ['a schema that nothing follows', { type: 'array', items: false }, 'false', '#/items'],
])('refuses %s and says where', (_name, schema, keyword, path) => {
  expect(() => schemaGrammar(schema)).toThrow(expect.objectContaining({ code: 'schema_unsupported', details: { keyword, path } }));
});

test('a whole answer is checked for what no grammar says', () => {
  const check = schemaCheck({ type: 'object', properties: { code: { type: 'string', pattern: '^[0-9]+$' } }, required: ['code'] });
  expect(check('{"code":"12"}')).toEqual([]);
  expect(check('{"code":"a"}')).toEqual([expect.stringMatching(/^code: /)]);
  expect(check('{"code":')).toEqual(['The answer is no whole JSON.']);
});
