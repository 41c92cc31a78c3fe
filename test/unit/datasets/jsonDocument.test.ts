import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../src/backend/datasets/formats/parseLine.ts';
import { IssueLog } from '../../../src/backend/datasets/import/issueLog.ts';
import { DocumentScanner } from '../../../src/backend/datasets/readers/documentScanner.ts';
import { isWrapper } from '../../../src/backend/datasets/readers/jsonDocument.ts';
import type { RecordSink } from '../../../src/backend/datasets/readers/recordSink.ts';

/** Keeps what could be parsed and where the rest began. */
class Collector implements RecordSink {
  readonly issues = new IssueLog(1000);
  readonly isDone = false;
  readonly rows: { line: number; value: unknown }[] = [];
  readonly brokenLines: number[] = [];

  json(source: Buffer, start: number, end: number, line: number): void {
    const value = parseLine(source.toString('utf8', start, end), () => undefined);
    if (value === undefined) this.brokenLines.push(line);
    else this.rows.push({ line, value });
  }

  value(): void {
    throw new Error('a JSON reader hands out texts');
  }

  broken(line: number): void {
    this.brokenLines.push(line);
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }
}

/** Reads a document in pieces of so many bytes, as chunks of a file come. */
function read(text: string, pieceBytes = 1 << 20): Collector {
  const bytes = Buffer.from(text);
  const sink = new Collector();
  const newline = text.includes('\n') || !text.includes('\r') ? 10 : 13;
  const scanner = new DocumentScanner(sink, { isWrapped: isWrapper(bytes), newline, name: 'a.json' });
  let kept = Buffer.alloc(0);
  for (let at = 0; ; at += pieceBytes) {
    const buffer = Buffer.concat([kept, bytes.subarray(at, at + pieceBytes)]);
    const isLast = at + pieceBytes >= bytes.length;
    const keepFrom = scanner.scan(buffer, buffer.length, isLast);
    kept = buffer.subarray(keepFrom);
    if (isLast) return sink;
  }
}

const chat = (index: number) => ({
  messages: [{ role: 'user', content: `Question {${String(index)}}, [really]?` }, { role: 'assistant', content: `Answer "${String(index)}", said \\ it.` }],
  tags: ['a', { of: [index] }],
});
const pair = (index: number) => ({ prompt: `What is ${String(index)}?`, completion: `It is {${String(index)}}.` });
const layouts: [string, (rows: unknown[]) => string][] = [
  ['pretty-printed', (rows) => JSON.stringify(rows, null, 2)],
  ['an element per line', (rows) => `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`],
  ['an element per line from the bracket on', (rows) => `[${rows.map((row) => JSON.stringify(row)).join(',\n ')}]`],
  ['on one line', (rows) => JSON.stringify(rows)],
  ['wrapped and pretty-printed', (rows) => JSON.stringify({ version: '1', data: rows }, null, 2)],
  ['wrapped on one line', (rows) => JSON.stringify({ data: rows, info: { of: 1 } })],
];

const kinds: [string, (index: number) => unknown][] = [['pairs', pair], ['conversations', chat]];

describe.each(layouts)('a JSON array %s', (_name, write) => {
  it.each(kinds)('of %s loses no good element to a missing quote or bracket', (_kind, make) => {
    const rows = [1, 2, 3, 4, 5].map((index) => make(index));
    const text = write(rows);
    const middle = JSON.stringify(rows[2], null, text.includes('\n  ') ? 2 : undefined);
    const from = startOf(text, rows, middle);
    const end = from + lengthOf(text, from);
    for (let at = from; at < end; at++) {
      if (!'"{}[]'.includes(text.charAt(at)) || text.charAt(at - 1) === '\\') continue;
      const found = read(text.slice(0, at) + text.slice(at + 1)).rows.map((row) => row.value);
      for (const row of [rows[0], rows[1], rows[3], rows[4]]) expect(found, text.slice(at - 20, at + 10)).toContainEqual(row);
    }
  });
});

/** Where the third element begins. */
function startOf(text: string, rows: unknown[], middle: string): number {
  const compact = text.indexOf(middle);
  if (compact >= 0) return compact;
  const mark = JSON.stringify(rows[2]).includes('What is 3') ? 'What is 3' : 'Question {3}';
  const near = text.lastIndexOf(mark.startsWith('What') ? '"prompt"' : '"messages"', text.indexOf(mark));
  return text.lastIndexOf('{', near);
}

function lengthOf(text: string, from: number): number {
  let depth = 0;
  let isInText = false;
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at);
    if (isInText) {
      if (character === '\\') at++;
      else if (character === '"') isInText = false;
    } else if (character === '"') isInText = true;
    else if (character === '{' || character === '[') depth++;
    else if ((character === '}' || character === ']') && --depth === 0) return at + 1 - from;
  }
  throw new Error('the element has no end');
}

it('says in which line the broken element begins and where reading went on', () => {
  const text = JSON.stringify([pair(1), pair(2), pair(3), pair(4)], null, 2).replace('"It is {2}."', '"It is {2}.');
  const found = read(text);
  expect(found.rows.map((row) => row.line)).toEqual([2, 10, 14]);
  expect(found.brokenLines).toEqual([6]);
  expect(found.issues.issues).toMatchObject([{ code: 'json_resumed', line: 6, severity: 'info', message: expect.stringContaining('begins in line 10') }]);
});

it('says which lines nothing could be read from', () => {
  const text = `[\n{"prompt": "First?", "completion": "One."},\n{"prompt": "Second?", "completion": "Two.},\nno more\nof it\n]`;
  const found = read(text);
  expect(found.rows).toHaveLength(1);
  expect(found.issues.issues).toMatchObject([{ code: 'json_rest', line: 4, severity: 'error' }]);
});

it.each([1, 7, 64, 5000])('reads the same in pieces of %i bytes', (pieceBytes) => {
  const rows = Array.from({ length: 60 }, (_, index) => chat(index));
  const broken = JSON.stringify(rows, null, 2).replace('Answer \\"31\\"', 'Answer "31"').replace('"role": "user",\n        "content": "Question {40}', '"role: "user",\n        "content": "Question {40}');
  const whole = read(broken);
  const pieces = read(broken, pieceBytes);
  expect(whole.rows).toHaveLength(58);
  expect(pieces.rows).toEqual(whole.rows);
  expect(pieces.brokenLines).toEqual(whole.brokenLines);
  expect(pieces.issues.issues).toEqual(whole.issues.issues);
});

it.each([
  ['a bracket too many', '[{"prompt":"A?","completion":"B."}},\n{"prompt":"C?","completion":"D."}]', 2],
  ['a list closed too early', '{"data":[{"prompt":"A?","completion":"B."}],{"prompt":"C?","completion":"D."}]}', 2],
  ['a comma too few', '[{"prompt":"A?","completion":"B."}{"prompt":"C?","completion":"D."}]', 2],
  ['a byte order mark between joined arrays', '[{"prompt":"A?","completion":"B."}]\n\ufeff[{"prompt":"C?","completion":"D."}]\n', 2],
  ['comments', '[\n// the first\n{"prompt":"A?","completion":"B."}, // it\'s "one\n/* two */ {"prompt":"C?","completion":"D."},\n{"prompt":"E?","completion":"F."}\n]', 3],
  ['lists of a wrapper, the first of which ends with a broken element', '{"train":[{"id":"1","calls":[{"id":"a"}]},{"id":"2","calls":[{"id":"b"}}],"tags":["x"],"info":{"of":1},"test":[{"id":"3"},{"id":"4"}]}', 2],
  ['Python literals', '[{"prompt":"A?","ok":True},{"prompt":"C?","completion":"D."}]', 1],
  ['an unindented print', '[\n{\n"messages": [\n{\n"role": "user",\n"content": "A?"\n},\n{\n"role": "assistant",\n"content": "B."\n}\n]\n},\n{\n"messages": [\n{\n"role": "user",\n"content": "C?"\n}\n]\n}\n]', 2],
])('reads the good elements around %s', (_name, text, rows) => {
  expect(read(text).rows).toHaveLength(rows);
});

it('counts lines that end with CR alone', () => {
  expect(read('[\r{"a":1},\r{"a":2}\r]').rows.map((row) => row.line)).toEqual([2, 3]);
});
