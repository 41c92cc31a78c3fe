import type { Message } from '../../protocol/datasets.ts';

/** A turn's text; what is not text has no place in a chat with these models. */
export function contentText(content: Message['content']): string {
  if (content === null) return '';
  if (typeof content === 'string') return content;
  return content.map((part) => (typeof part['text'] === 'string' ? part['text'] : '')).join('');
}

/**
 * For models that can only be asked to follow a schema. In the first system message, or one at the start where there is
 * none: some templates take no second.
 */
export function askForSchema(messages: Message[], schema: Record<string, unknown>): Message[] {
  const { $schema: _dialect, ...shown } = schema;
  const asked = `Answer with one JSON value and nothing else. It follows this JSON Schema:\n${JSON.stringify(shown)}`;
  const [first, ...rest] = messages;
  if (first?.role === 'system') return [{ ...first, content: `${contentText(first.content)}\n\n${asked}` }, ...rest];
  return [{ role: 'system', content: asked }, ...messages];
}
