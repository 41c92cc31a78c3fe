import type { ByteSource } from './byteSource.ts';
import { markMessage } from './byteOrderMark.ts';
import { readChunks } from './chunks.ts';
import type { RecordSink } from './recordSink.ts';

/** Whether text comes in paragraphs of several lines with blank lines between, so that a row is a paragraph. */
export function hasParagraphs(head: string): boolean {
  const blocks = head.split(/(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)\s*/).filter((block) => block.trim() !== '');
  const lines = head.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '').length;
  return blocks.length > 1 && lines / blocks.length > 1.5;
}

/** Plain text: a row `{"text": …}` per line, or per paragraph where a blank line divides them. */
export async function readPlainText(source: ByteSource, sink: RecordSink, options: { newline: number; isByParagraph: boolean; name: string }): Promise<void> {
  let line = 0;
  let paragraph: string[] = [];
  let paragraphLine = 1;
  const put = (): void => {
    if (paragraph.length > 0) sink.value({ text: paragraph.join('\n') }, paragraphLine);
    paragraph = [];
  };
  const take = (text: string): void => {
    line++;
    let trimmed = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (trimmed.startsWith('\ufeff')) {
      trimmed = trimmed.slice(1);
      sink.issues.file(options.name, 'byte_order_mark', markMessage, { line });
    }
    if (trimmed.trim() === '') {
      put();
      return;
    }
    if (paragraph.length === 0) paragraphLine = line;
    paragraph.push(trimmed);
    if (!options.isByParagraph) put();
  };
  for await (const chunk of readChunks(source)) {
    const { buffer, end } = chunk;
    const stop = buffer.subarray(0, end).lastIndexOf(options.newline) + 1;
    let start = 0;
    while (start < stop && !sink.isDone) {
      const next = buffer.indexOf(options.newline, start);
      take(buffer.toString('utf8', start, next));
      start = next + 1;
    }
    if (chunk.isLast && start < end && !sink.isDone) take(buffer.toString('utf8', start, end));
    chunk.keepFrom = start;
    await sink.settle();
    if (sink.isDone) return;
  }
  put();
}
