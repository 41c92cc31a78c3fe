import type { ContentPart, Message } from '../../../protocol/datasets.ts';
import type { Json } from '../../../protocol/json.ts';
import { kindOf, type RowContext } from './context.ts';
import { rowIssue } from './issues.ts';
import { isObject, own, pathOf } from './json.ts';

type Content = Message['content'];

/**
 * The content of a turn in the normal form. A list of parts that are all text becomes one text, parts joined by a line
 * break; where other parts are among them the list is kept. Undefined means that an error was reported.
 */
export function contentOf(value: Json | undefined, path: string, context: RowContext): Content | undefined {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return partsOf(value, path, context);
  if (isObject(value)) {
    const parts = own(value, 'parts');
    return Array.isArray(parts) ? partsOf(parts, pathOf(path, 'parts'), context) : partsOf([value], path, context);
  }
  context.reportOnce('content_as_text', 'scalar', `The content is ${kindOf(value)}; it is kept as a text.`, path);
  return String(value);
}

/**
 * A prompt or an answer as text. Numbers, objects and lists are written as JSON, and that is reported.
 * Null where there is nothing.
 */
export function textOf(value: Json | undefined, path: string, context: RowContext): string | null {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return null;
  context.reportOnce('content_as_text', path, `This is ${kindOf(value)}; it is kept as JSON text.`, path);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The text of a content, non-text parts left out. */
export function plainContent(content: Content): string {
  if (content === null) return '';
  if (typeof content === 'string') return content;
  return content.map((part) => (typeof part['text'] === 'string' ? part['text'] : '')).join('\n');
}

function partsOf(values: readonly Json[], path: string, context: RowContext): Content | undefined {
  const parts: ContentPart[] = [];
  let isAllText = true;
  for (const [index, value] of values.entries()) {
    const part = partOf(value);
    if (part === null) {
      context.report(rowIssue('content_invalid', `A content part is ${kindOf(value)} without a type or a text.`, { path: pathOf(path, index) }));
      return undefined;
    }
    if (part.type !== 'text') {
      isAllText = false;
      context.report(rowIssue('part_not_trainable', `A part of type ${JSON.stringify(part.type.slice(0, 40))} is kept but cannot be trained.`, { path: pathOf(path, index) }));
    }
    parts.push(part);
  }
  return isAllText ? plainContent(parts) : parts;
}

function partOf(value: Json): ContentPart | null {
  if (typeof value === 'string') return { type: 'text', text: value };
  if (!isObject(value)) return null;
  const type = own(value, 'type');
  const text = textInside(own(value, 'text'));
  if (text !== null && (type === undefined || type === null || (typeof type === 'string' && textTypes.has(type)))) return { type: 'text', text };
  if (typeof type === 'string') return { ...value, type };
  const media = mediaKeys.find((key) => value[key] !== undefined && value[key] !== null);
  return media === undefined ? null : { ...value, type: media };
}

/** Some writers nest the text once more: {"text": {"value": "…"}}. */
function textInside(value: Json | undefined): string | null {
  if (typeof value === 'string') return value;
  const inner = isObject(value) ? own(value, 'value') : undefined;
  return typeof inner === 'string' ? inner : null;
}

const textTypes = new Set(['text', 'input_text', 'output_text', 'refusal']);
const mediaKeys = ['image_url', 'image', 'input_audio', 'audio', 'video', 'file'];
