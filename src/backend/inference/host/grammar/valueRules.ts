import { bounds, literal, wholeNumber } from './gbnf.ts';
import type { JsonObject, RuleMaker } from './schemaGrammar.ts';

/** Integers of a range up to this wide are spelled out. */
const widestRange = 256;

const hex = (length: number) => `[0-9a-f]{${String(length)}}`;
const day = '[0-9]{4} "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | [12] [0-9] | "3" [01])';
const time = '([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9] ("." [0-9]{1,6})?';
const zone = '("Z" | [+-] ([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9])';

/** Formats of JSON Schema (2020-12, 7.3) that a grammar says; the date of a month is left to the check. */
const formats: ReadonlyMap<string, string> = new Map([
  ['date', day],
  ['time', `${time} ${zone}`],
  ['date-time', `${day} "T" ${time} ${zone}`],
  ['uuid', `${hex(8)} "-" ${hex(4)} "-" ${hex(4)} "-" ${hex(4)} "-" ${hex(12)}`],
]);

export function stringRule(schema: JsonObject, maker: RuleMaker): string {
  const format = schema['format'];
  if (typeof format === 'string') {
    const body = formats.get(format);
    if (body !== undefined) return maker.add(`"\\"" ${body} "\\""`);
  }
  const min = wholeNumber(schema['minLength']) ?? 0;
  const max = wholeNumber(schema['maxLength']);
  if (min === 0 && max === null) return 'string';
  return maker.add(`"\\"" char${bounds(min, max)} "\\""`);
}

export function integerRule(schema: JsonObject, maker: RuleMaker): string {
  const low = lowest(schema);
  const high = highest(schema);
  if (low !== null && high !== null && high - low >= 0 && high - low <= widestRange && schema['multipleOf'] === undefined) {
    return maker.add(Array.from({ length: high - low + 1 }, (_, index) => literal(low + index)).join(' | '));
  }
  return maker.add(low !== null && low >= 0 ? 'natural' : '"-"? natural');
}

export function numberRule(schema: JsonObject, maker: RuleMaker): string {
  const low = lowest(schema);
  return low !== null && low >= 0 ? maker.add('natural fraction? exponent?') : 'number';
}

function lowest(schema: JsonObject): number | null {
  const { minimum, exclusiveMinimum } = schema;
  const bound = Math.max(typeof minimum === 'number' ? Math.ceil(minimum) : -Infinity, typeof exclusiveMinimum === 'number' ? Math.floor(exclusiveMinimum) + 1 : -Infinity);
  return Number.isFinite(bound) ? bound : null;
}

function highest(schema: JsonObject): number | null {
  const { maximum, exclusiveMaximum } = schema;
  const bound = Math.min(typeof maximum === 'number' ? Math.floor(maximum) : Infinity, typeof exclusiveMaximum === 'number' ? Math.ceil(exclusiveMaximum) - 1 : Infinity);
  return Number.isFinite(bound) ? bound : null;
}
