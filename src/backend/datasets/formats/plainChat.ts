import type { ChatRow, Message } from '../../../protocol/datasets.ts';
import { overlongCharacters } from './checkTurns.ts';
import { hasInk } from './json.ts';

interface PlainRow {
  kind?: 'chat';
  id?: string;
  messages: Message[];
}

/** Makes a plain row a chat row in place: nothing is copied. */
export function markChat(row: PlainRow): asserts row is PlainRow & ChatRow {
  row.kind = 'chat';
}

/**
 * True for a row that is the normal form already and has nothing to report: only `messages` (and a text `id`), turns of
 * `role` and `content`, an optional system turn, then user and assistant in turns. Most rows of most files are, and
 * they pass without anything being copied.
 */
export function isPlainChat(row: unknown): row is PlainRow {
  if (!isRecord(row)) return false;
  for (const key in row) {
    if (key !== 'messages' && (key !== 'id' || typeof row[key] !== 'string')) return false;
  }
  if (!Array.isArray(row['messages'])) return false;
  const messages: unknown[] = row['messages'];
  let expected = 'user';
  for (let index = 0; index < messages.length; index += 1) {
    const role = plainRole(messages[index]);
    if (role === 'system' && index === 0) continue;
    if (role !== expected) return false;
    expected = expected === 'user' ? 'assistant' : 'user';
  }
  return messages.length > 1 && expected === 'user';
}

/** The role of a turn of role and content alone; null for any other. */
function plainRole(turn: unknown): unknown {
  if (!isRecord(turn)) return null;
  for (const key in turn) {
    if (key !== 'role' && key !== 'content') return null;
  }
  const { role, content } = turn;
  return typeof content === 'string' && content.length <= overlongCharacters && (role === 'system' || hasInk(content)) ? role : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
