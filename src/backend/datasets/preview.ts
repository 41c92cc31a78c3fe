import type { DatasetRow, Message } from '../../protocol/datasets.ts';
import { plainContent } from './formats/content.ts';

const previewLength = 240;
/** How much of a turn is looked at: runs of blanks become one, so that the beginning of an indented text shows something. */
const readLength = 4000;

/** How a row begins, for a list: its prompt, and its answer where there is one. */
export function previewOf(row: DatasetRow): { preview: string; answer: string } {
  switch (row.kind) {
    case 'text':
      return { preview: shorten(row.text), answer: '' };
    case 'chat':
      return { preview: promptOf(row.messages), answer: answerOf(row.messages) };
    case 'preference':
      return { preview: promptOf([...row.messages, ...row.chosen]), answer: answerOf(row.chosen) };
    case 'kto':
      return { preview: promptOf(row.messages), answer: answerOf(row.completion) };
  }
}

/** The first turn of the user; without one the first turn. */
function promptOf(messages: readonly Message[]): string {
  const turn = messages.find(({ role }) => role === 'user') ?? messages[0];
  return turn === undefined ? '' : textOf(turn);
}

function answerOf(messages: readonly Message[]): string {
  const turn = messages.findLast(({ role }) => role === 'assistant');
  return turn === undefined ? '' : textOf(turn);
}

function textOf({ content, tool_calls: calls }: Message): string {
  const text = typeof content === 'string' ? content : content === null ? '' : plainContent(content);
  if (text.trim() !== '' || calls === undefined) return shorten(text);
  return shorten(calls.map((call) => `${call.function.name}(${JSON.stringify(call.function.arguments)})`).join(' '));
}

function shorten(text: string): string {
  const flat = text.slice(0, readLength).replace(/\s+/g, ' ').trim();
  const cut = flat.length <= previewLength && text.length <= readLength ? flat : `${flat.slice(0, previewLength)}…`;
  // Half of a surrogate pair would not travel.
  return cut.toWellFormed();
}
