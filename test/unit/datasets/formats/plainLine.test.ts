import { describe, expect, it } from 'vitest';
import { PlainLineReader } from '../../../../src/backend/datasets/formats/plainLine.ts';

const reader = new PlainLineReader();

/** The line stands among other bytes, as it does in a chunk of a file. */
function read(line: string | Buffer): unknown {
  const bytes = Buffer.from(line);
  const source = Buffer.concat([Buffer.from('"}]}\n'), bytes, Buffer.from('\n{"messages":[{"role":"user","content":"next"}]}')]);
  return reader.read(source, 5, 5 + bytes.length);
}

const chat = (content: string): string => `{"messages":[{"role":"user","content":"${content}"},{"role":"assistant","content":"Yes."}]}`;

describe('a line read from its bytes', () => {
  it.each([
    chat('Is it?'),
    chat(''),
    chat(String.raw`one\ntwo\t\"three\" \\ four\/ \b\f\r`),
    chat('Zürich 你好 😀'),
    chat(String.raw`你\n好\"`),
    '{"messages": [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Hi"}]}',
    ' \t{ "id" : "a-1" ,\t"messages" : [ { "role" : "user" , "content" : "Hi" } ] } ',
    '{"messages":[{"role":"user","content":"Hi"}],"id":"after"}',
  ])('is what JSON.parse gives: %s', (line) => {
    expect(read(line)).toStrictEqual(JSON.parse(line));
  });

  it.each([
    chat(String.raw`\u00e9`),
    chat(String.raw`bad \x escape`),
    chat('a raw \t tab'),
    chat('a raw \u0000'),
    chat('\ufffd'),
    `${chat('Hi')}}`,
    `${chat('Hi')},`,
    chat('Hi').slice(0, -1),
    chat('cut').slice(0, 40),
    '{"messages":[]}',
    '{"messages":[{"role":"user","content":"Hi"},]}',
    '{"messages":[{"role":"user","content":"Hi"}],}',
    '{"messages":[{"role":"user","content":null}]}',
    '{"messages":[{"role":"tool","content":"Hi"}]}',
    '{"messages":[{"role":"user","content":"Hi","weight":1}]}',
    '{"messages":[{"role":"user","content":"Hi"}],"messages":[{"role":"user","content":"Hi"}]}',
    '{"messages":[{"role":"user","content":"Hi"}],"id":7}',
    '{"messages":[{"role":"user","content":"Hi"}],"kind":"chat"}',
    '{"messages":[{"role":"user",\n"content":"Hi"}]}',
    '{"id":"a","id":"b","messages":[{"role":"user","content":"Hi"}]}',
    '{"id":"a"}',
    '{}',
    '',
    '[]',
  ])('is left to the full parser: %j', (line) => {
    expect(read(line)).toBeNull();
  });

  it('is left to the full parser where its bytes are not UTF-8', () => {
    expect(read(Buffer.from(chat('caf\u00e9'), 'latin1'))).toBeNull();
  });

  it('is left to the full parser wherever it is cut', () => {
    const line = Buffer.from(chat(String.raw`Zürich\n\"`));
    for (let end = 0; end < line.length; end++) expect(read(line.subarray(0, end))).toBeNull();
  });

  it('tells whether its text is ASCII', () => {
    read(chat('Zürich'));
    expect(reader.isAscii).toBe(false);
    read(chat('Zurich'));
    expect(reader.isAscii).toBe(true);
  });
});
