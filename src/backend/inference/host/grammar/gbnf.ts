import type { Json } from '../../../../protocol/json.ts';
import type { JsonObject } from './schemaGrammar.ts';

/** llama.cpp refuses rules that repeat very often, and reading a grammar of long chains is slow. */
const mostRepetitions = 400;

/** Rules that every grammar has. JSON comes on one line: indentation takes as many tokens as the rest, and weak models lose themselves in it. */
export const baseRules = [
  'ws ::= " "?',
  String.raw`char ::= [^"\\\x7F\x00-\x1F] | "\\" ["\\/bfnrt] | "\\u" [0-9a-fA-F]{4}`,
  String.raw`string ::= "\"" char* "\""`,
  'natural ::= "0" | [1-9] [0-9]{0,14}',
  'fraction ::= "." [0-9]{1,16}',
  'exponent ::= [eE] [-+]? [0-9]{1,3}',
  'number ::= "-"? natural fraction? exponent?',
  'boolean ::= "true" | "false"',
  'null ::= "null"',
  'pair ::= string ":" ws any',
  'object ::= "{" ws (pair (ws "," ws pair)*)? ws "}"',
  'array ::= "[" ws (any (ws "," ws any)*)? ws "]"',
  'any ::= string | number | boolean | null | object | array',
];

/** A JSON value as the one text that stands for it. */
export function literal(value: Json): string {
  return quoted(JSON.stringify(value));
}

export function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`;
}

/** As `{min,max}`, as far as a grammar can count. */
export function bounds(min: number, max: number | null): string {
  const least = Math.min(min, mostRepetitions);
  return max === null || max > mostRepetitions ? `{${String(least)},}` : `{${String(least)},${String(Math.max(least, max))}}`;
}

/** Items with commas between them, as often as `minItems` and `maxItems` allow. */
export function repeated(item: string, schema: JsonObject): string {
  const min = wholeNumber(schema['minItems']) ?? 0;
  const max = wholeNumber(schema['maxItems']);
  if (max === 0) return '';
  const list = `${item} (ws "," ws ${item})${bounds(Math.max(0, min - 1), max === null ? null : max - 1)}`;
  return min === 0 ? `(${list})?` : list;
}

export function wholeNumber(value: Json | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
}
