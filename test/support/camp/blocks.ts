import { z } from 'zod';
import type { ChatBody } from '../modelServer/chatBody.ts';

/** The data blocks of a prompt as a model sees them: by name, in order, with what the JSON of each says. */
export function dataBlocks(text: string): { name: string; value: unknown }[] {
  return [...text.matchAll(/^<data-([0-9a-f]{16}) name="([a-z ]+)">\n(.*)\n<\/data-\1>$/gm)].map(([, , name, body]) => ({ name: name ?? '', value: JSON.parse(body ?? 'null') as unknown }));
}

/** The text of the block with a name. */
export function textBlock(text: string, name: string): string {
  return z.string().parse(dataBlocks(text).find((block) => block.name === name)?.value);
}

/** The prompt without its data: our own words. */
export function ownWords(text: string): string {
  return text.replace(/^<data-([0-9a-f]{16}) name="([a-z ]+)">\n.*\n<\/data-\1>$/gm, '[$2]').replace(/data-[0-9a-f]{16}/g, 'data');
}

/** The last user message of a chat, as text. */
export function lastQuestion({ messages }: ChatBody): string {
  const content = messages.findLast(({ role }) => role === 'user')?.content;
  return typeof content === 'string' ? content : '';
}
