import { describe, expect, it } from 'vitest';
import { reasonsOf } from '../../../../src/backend/datasets/formats/quality.ts';
import { makeRowScanner } from '../../../../src/backend/datasets/formats/scanRow.ts';
import type { DatasetRow, Message } from '../../../../src/protocol/datasets.ts';

const scanner = makeRowScanner();

function scan(row: DatasetRow) {
  const codes: string[] = [];
  const result = { ...scanner.scan(row, (issue) => codes.push(`${issue.code} ${issue.path ?? ''}`)) };
  return { ...result, hash: `${String(result.hashLow)} ${String(result.hashHigh)}`, prompt: `${String(result.promptLow)} ${String(result.promptHigh)}`, codes, reasons: reasonsOf(result.reasons) };
}

function pair(prompt: string, answer: string, more: Partial<Message> = {}): DatasetRow {
  return { kind: 'chat', messages: [{ role: 'user', content: prompt }, { role: 'assistant', content: answer, ...more }] };
}

const words = 'amber birch cedar delta ember fjord grove heath islet juniper kelp larch marsh north ocean pine quarry ridge shore tundra'.split(' ');
const prose = (count: number): string => Array.from({ length: count }, (_value, index) => `${words[index % 20] ?? ''}${String(index)}`).join(' ');

describe('the hash of a row', () => {
  it('does not see case, white space and compatible forms', () => {
    const { hash } = scan(pair('Ask Me', 'One two.\nThree'));
    expect(scan(pair('  ask   me\n', 'ONE two.\t\r\nthree ')).hash).toBe(hash);
    expect(scan(pair('Ｆｕｌｌ ①', 'é')).hash).toBe(scan(pair('full 1', 'e\u0301')).hash);
    expect(scan(pair('a\u00a0b', 'x')).hash).toBe(scan(pair('a b', 'x')).hash);
  });

  it('sees every other difference', () => {
    const rows: DatasetRow[] = [
      pair('ask me', 'one two.'), pair('ask me', 'one two!'), pair('askme', 'one two.'), pair('ask', 'me one two.'), pair('ask me', 'onetwo.'), pair('me ask', 'one two.'),
      pair('ask me', 'one two.', { tool_calls: [{ type: 'function', function: { name: 'f', arguments: { a: 1 } } }] }),
      pair('ask me', 'one two.', { tool_calls: [{ type: 'function', function: { name: 'f', arguments: { a: 2 } } }] }),
      { kind: 'text', text: 'ask me one two.' },
      { kind: 'kto', messages: [{ role: 'user', content: 'ask me' }], completion: [{ role: 'assistant', content: 'one two.' }], label: true },
      { kind: 'kto', messages: [{ role: 'user', content: 'ask me' }], completion: [{ role: 'assistant', content: 'one two.' }], label: false },
    ];
    expect(new Set(rows.map((row) => scan(row).hash)).size).toBe(rows.length);
  });

  it('has no collision among 200,000 near-equal rows', () => {
    const seen = new Set<string>();
    for (let index = 0; index < 200_000; index += 1) seen.add(scan(pair(`question ${String(index)}`, 'the same answer')).hash);
    expect(seen.size).toBe(200_000);
  });

  it('is one for one prompt, whatever the answer and the kind of row', () => {
    const { prompt } = scan(pair('What is it?', 'a'));
    expect(scan(pair('what  is it?', 'quite another')).prompt).toBe(prompt);
    const preference: DatasetRow = { kind: 'preference', messages: [{ role: 'user', content: 'What is it?' }], chosen: [{ role: 'assistant', content: 'a' }], rejected: [{ role: 'assistant', content: 'b' }] };
    expect(scan(preference).prompt).toBe(prompt);
    expect(scan(pair('What is that?', 'a')).prompt).not.toBe(prompt);
  });

  it('of a row without a prompt is its own', () => {
    const first: DatasetRow = { kind: 'chat', messages: [{ role: 'system', content: 's' }, { role: 'assistant', content: 'a' }] };
    const second: DatasetRow = { kind: 'chat', messages: [{ role: 'system', content: 's' }, { role: 'assistant', content: 'b' }] };
    expect(scan(first).prompt).not.toBe(scan(second).prompt);
  });
});

describe('quality', () => {
  it.each<[string, DatasetRow, string[], number]>([
    ['a plain answer', pair('Why?', 'Because the river floods in spring, and the bridge is low.'), [], 10],
    ['a structured answer', pair('Extract.', '{"intent":"play","song":{"title":"x","year":1999},"tags":["a","b"]}'), [], 10],
    ['one word', pair('Name it.', 'Oak'), ['very_short'], 9],
    ['no words', pair('Go.', '!!! ???'), ['no_words'], 7],
    ['symbols', pair('Go.', 'ab ## @@ %% && ** (( )) == ++ ~~ ^^ ||'), ['mostly_symbols'], 7],
    ['digits', pair('Go.', '123 456 789 123 456 789 100 200 300'), ['mostly_digits'], 9],
    ['a refusal', pair('Go.', "I'm sorry, but I cannot help with that request today."), ['refusal'], 6],
    ['a curly refusal', pair('Go.', 'I’m sorry, but I cannot help with that request today.'), ['refusal'], 6],
    ['a quoted refusal', pair('Go.', 'The robot said: "I\'m sorry, but I cannot help with that."'), [], 10],
    ['an echo', pair('Tell me how a lighthouse works', 'Tell me how a lighthouse works. It turns.'), ['echoes_prompt'], 7],
    ['a cut-off ending', pair('Go.', `${prose(60)} and then the`), ['cut_off'], 9],
    ['a full ending', pair('Go.', `${prose(60)} and then the end.`), [], 10],
    ['a list', pair('Go.', `${prose(60)}\n- pears\n- apples`), [], 10],
    ['damage', pair('Go.', 'The caf\u00c3\u00a9 is open until late in the evening.'), ['damaged_text'], 8],
    ['nothing trained', pair('Go.', 'no', { weight: 0 }), [], 10],
  ])('of %s', (_name, row, reasons, quality) => {
    expect(scan(row)).toMatchObject({ reasons, quality });
  });

  it('falls with repetition', () => {
    const result = scan(pair('Go.', 'the same old words again and again. '.repeat(20)));
    expect(result.reasons).toEqual(['repeated_phrases', 'repeated_sentences']);
    expect(result.quality).toBeLessThan(4);
  });

  it('does not judge the prompt, the rejected answer or a completion that is there to be bad', () => {
    const bad = 'blah blah blah blah blah blah blah blah blah blah blah blah blah blah blah blah';
    const good = 'A heron stands still in shallow water until a fish comes near.';
    expect(scan(pair(bad, good)).quality).toBe(10);
    const turns = (content: string): Message[] => [{ role: 'assistant', content }];
    expect(scan({ kind: 'preference', messages: [{ role: 'user', content: 'Q' }], chosen: turns(good), rejected: turns(bad) }).quality).toBe(10);
    expect(scan({ kind: 'kto', messages: [{ role: 'user', content: 'Q' }], completion: turns(bad), label: false }).quality).toBe(10);
    expect(scan({ kind: 'kto', messages: [{ role: 'user', content: 'Q' }], completion: turns(bad), label: true }).quality).toBeLessThan(10);
  });

  it('is the same each time, and independent of the row before', () => {
    const row = pair('Go.', `${prose(30)}. ${prose(30)}.`);
    const first = scan(row);
    scan(pair('Go.', `${prose(30)}.`));
    expect(scan(row)).toEqual(first);
  });

  it('takes texts of many megabytes', () => {
    const result = scan(pair('Go.', 'A heron stands still. '.repeat(1_000_000)));
    expect(result.characters).toBe(22_000_003);
    expect(result.reasons).toContain('repeated_sentences');
  });
});

describe('characters that nobody meant', () => {
  it.each<[string, string, string[]]>([
    ['zero-width space', 'zero\u200bwidth', ['text_invisible']],
    ['bidirectional override', 'abc\u202edef', ['text_invisible']],
    ['tag characters', 'abc\u{e0041}', ['text_invisible']],
    ['the flag of Wales', '🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}', []],
    ['joined emoji', '👩‍👩‍👧', []],
    ['NUL', 'a\u0000b', ['text_control']],
    ['escape', 'a\u001b[31mb', ['text_control']],
    ['replacement character', 'caf\ufffd', ['text_replacement']],
    ['UTF-8 read as Windows-1252', 'donâ€™t', ['text_mojibake']],
    ['accents', 'déjà vu, Ångström, naïve, São Paulo, ÃO', []],
    ['tabs and line breaks', 'a\tb\r\nc\fd', []],
  ])('%s', (_name, text, codes) => {
    expect(scan(pair('Go.', text)).codes).toEqual(codes.map((code) => `${code} $.messages[1].content`));
    expect(scan(pair(text, 'Fine.')).codes).toEqual(codes.map((code) => `${code} $.messages[0].content`));
  });
});
