import type { Message } from '../../../protocol/datasets.ts';
import type { Json } from '../../../protocol/json.ts';
import { isTurnList } from './columns.ts';
import { textOf } from './content.ts';
import type { RowContext } from './context.ts';
import { rowIssue } from './issues.ts';
import { isObject, own, pathOf } from './json.ts';
import { turnsOf } from './messages.ts';
import { humanTurns } from './transcript.ts';

/**
 * A prompt in any of its shapes: a text, an HH transcript, one turn, a list of turns, `{messages}`.
 * Null when the row is refused; an empty list when there is none.
 */
export function promptTurns(value: Json | undefined, path: string, context: RowContext): Message[] | null {
  if (isStructured(value)) return structuredTurns(value, path, context);
  const text = textOf(value, path, context);
  if (text === null) return [];
  if (humanTurns.isTranscript(text)) return humanTurns.parse(text);
  return [{ role: 'user', content: text }];
}

/** An answer in any of its shapes; it may be a whole conversation, prompt included. */
export function answerTurns(value: Json | undefined, path: string, context: RowContext): Message[] | null {
  if (isStructured(value)) return structuredTurns(value, path, context);
  const text = textOf(value, path, context);
  if (text === null || text.trim() === '') {
    context.report(rowIssue('answer_empty', 'There is no answer.', { path }));
    return null;
  }
  if (humanTurns.isTranscript(text)) return humanTurns.parse(text);
  return [{ role: 'assistant', content: text }];
}

/** True for turns: a list of them, one of them, or an object that holds them. Any other object, and every text, is data. */
export function isStructured(value: Json | undefined): boolean {
  if (typeof value === 'string') return false;
  return isTurnList(value) || (isObject(value) && (Array.isArray(own(value, 'messages')) || isTurnList([value])));
}

function structuredTurns(value: Json | undefined, path: string, context: RowContext): Message[] | null {
  if (isObject(value)) {
    const inner = own(value, 'messages');
    if (Array.isArray(inner)) return turnsOf(inner, pathOf(path, 'messages'), context)?.messages ?? null;
    return turnsOf([value], path, context)?.messages ?? null;
  }
  return turnsOf(value, path, context)?.messages ?? null;
}
