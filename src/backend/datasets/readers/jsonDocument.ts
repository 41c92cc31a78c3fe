import type { ByteSource } from './byteSource.ts';
import { readChunks } from './chunks.ts';
import { DocumentScanner } from './documentScanner.ts';
import type { RecordSink } from './recordSink.ts';

/** Keys that hold a row's own turns: an object that has one is a row and no wrapper around rows. */
const keysOfRows = new Set(['messages', 'conversations', 'conversation', 'dialog', 'dialogue', 'turns', 'chosen', 'rejected', 'completion', 'prompt', 'tools', 'functions', 'history', 'content', 'instances']);

/**
 * Whether a document that begins like this is an object around lists of rows, such as `{"data": […]}`, told by the
 * keys of its first level as far as the head shows them.
 */
export function isWrapper(head: Buffer): boolean {
  const text = head.toString('utf8');
  let depth = 0;
  let key = '';
  let hasList = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = stringEnd(text, at);
      if (depth === 1 && /^\s*:/.test(text.slice(end + 1, end + 40))) key = text.slice(at + 1, end);
      if (depth === 1 && keysOfRows.has(key)) return false;
      at = end;
    } else if (character === '{' || character === '[') {
      if (depth === 1 && character === '[' && /^\s*[{[]/.test(text.slice(at + 1, at + 200))) hasList = true;
      depth++;
      if (depth === 1 && character !== '{') return false;
    } else if (character === '}' || character === ']') depth--;
    if (depth === 0 && character === '}') break;
  }
  return hasList;
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/**
 * A JSON document as a stream of its rows: the elements of an array, the elements of the lists in a wrapper, or the
 * values that follow each other at the top. Elements are parsed one by one, so that a document may be larger than
 * memory and one bad element takes no other with it. `name` is what messages call the file.
 */
export async function readJsonDocument(source: ByteSource, sink: RecordSink, init: { isWrapped: boolean; newline: number; name: string }): Promise<void> {
  const scanner = new DocumentScanner(sink, init);
  for await (const chunk of readChunks(source)) {
    chunk.keepFrom = scanner.scan(chunk.buffer, chunk.end, chunk.isLast);
    await sink.settle();
    if (sink.isDone) return;
  }
}
