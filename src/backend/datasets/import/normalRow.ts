import type { ContentPart, DatasetRow, Message } from '../../../protocol/datasets.ts';

/**
 * The text by which rows are compared: NFKC, lower case, runs of white space as one blank, ends trimmed, of every
 * turn with its role. Two rows with equal normal text are duplicates. `id` and `meta` do not count; tools, weights and
 * labels do.
 */
export function normalRow(row: DatasetRow): string {
  const parts: string[] = [row.kind];
  switch (row.kind) {
    case 'text':
      parts.push(normalText(row.text));
      break;
    case 'chat':
      addTurns(parts, row.messages);
      break;
    case 'preference':
      addTurns(parts, row.messages);
      parts.push('chosen');
      addTurns(parts, row.chosen);
      parts.push('rejected');
      addTurns(parts, row.rejected);
      break;
    case 'kto':
      addTurns(parts, row.messages);
      parts.push(`completion ${String(row.label)}`);
      addTurns(parts, row.completion);
      break;
  }
  if (row.tools !== undefined) parts.push(JSON.stringify(row.tools));
  return parts.join('\u0000');
}

/** NFKC, lower case, white space closed up. */
export function normalText(text: string): string {
  const lower = text.toLowerCase();
  const composed = Buffer.byteLength(lower) === lower.length ? lower : text.normalize('NFKC').toLowerCase();
  return composed.replace(/\s+/g, ' ').trim();
}

/** Everything a turn says, parts and reasoning among it. */
export function turnText(message: Message): string {
  const content = contentText(message.content);
  return message.reasoning_content === undefined ? content : `${message.reasoning_content}\n${content}`;
}

function contentText(content: string | ContentPart[] | null): string {
  if (content === null) return '';
  return typeof content === 'string' ? content : JSON.stringify(content);
}

function addTurns(parts: string[], messages: readonly Message[]): void {
  for (const message of messages) {
    parts.push(message.role, normalText(turnText(message)));
    if (message.tool_calls !== undefined) parts.push(JSON.stringify(message.tool_calls.map((call) => call.function)));
    if (message.weight !== undefined) parts.push(`weight ${String(message.weight)}`);
    if (message.name !== undefined) parts.push(`name ${message.name}`);
  }
}
