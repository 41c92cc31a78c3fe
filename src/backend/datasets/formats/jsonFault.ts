import type { IssueCode } from './issues.ts';

/** What is wrong with a text that is not JSON, and where: `offset` counts UTF-16 units from 0. */
export interface JsonFault {
  code: IssueCode;
  offset: number;
  message: string;
}

/** Names the mistake at the first character that no JSON value can have there. */
export function faultAt(text: string, offset: number, expected: string): JsonFault {
  if (offset >= text.length) return { code: 'json_truncated', offset, message: `The line ends where ${expected} should follow.` };
  const rest = text.slice(offset, offset + 12);
  const found = JSON.stringify(rest.slice(0, 1));
  if (notFinite.test(rest)) return { code: 'json_not_finite', offset, message: `${/^-?\w+/.exec(rest)?.[0] ?? 'NaN'} is not a JSON value.` };
  if (pythonLiteral.test(rest)) return { code: 'json_python_literal', offset, message: `${/^\w+/.exec(rest)?.[0] ?? ''} is Python, not JSON.` };
  if (rest.startsWith("'")) return { code: 'json_single_quotes', offset, message: 'JSON texts stand in double quotes, not in single ones.' };
  if (rest.startsWith('//') || rest.startsWith('/*') || rest.startsWith('#')) return { code: 'json_syntax', offset, message: 'JSON has no comments.' };
  const before = lastInk(text, offset);
  if (text.charAt(before) === ',' && (rest.startsWith('}') || rest.startsWith(']'))) {
    return { code: 'json_trailing_comma', offset: before, message: `There is a comma before ${found}.` };
  }
  if (text.charCodeAt(offset) < 32) return { code: 'json_control_character', offset, message: `A control character (${codeName(text, offset)}) stands outside a text.` };
  return { code: 'json_syntax', offset, message: `${found} stands where ${expected} should be.` };
}

/** A raw control character within a text: its name such as U+0000. */
export function codeName(text: string, offset: number): string {
  return `U+${text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0')}`;
}

function lastInk(text: string, offset: number): number {
  let index = offset - 1;
  while (index >= 0 && text.charCodeAt(index) <= 32) index -= 1;
  return index;
}

const notFinite = /^-?(NaN|Infinity|inf|nan)\b/;
const pythonLiteral = /^(True|False|None)\b/;
