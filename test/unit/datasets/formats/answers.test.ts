import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../src/protocol/json.ts';
import { chat, convertOne } from '../../../support/rowConversion.ts';

const u = (content: string) => ({ role: 'user', content });
const a = (content: string) => ({ role: 'assistant', content });
const wanted = { kind: 'preference', messages: [u('Q')], chosen: [a('good')], rejected: [a('bad')] };

describe('preferences', () => {
  it.each<[string, Json]>([
    ['texts', { prompt: 'Q', chosen: 'good', rejected: 'bad' }],
    ['a question', { question: 'Q', chosen: 'good', rejected: 'bad' }],
    ['an Alpaca prompt', { instruction: 'Q', input: '', chosen: 'good', rejected: 'bad' }],
    ['one turn each', { prompt: 'Q', chosen: a('good'), rejected: a('bad') }],
    ['ShareGPT turns', { conversations: [{ from: 'human', value: 'Q' }], chosen: { from: 'gpt', value: 'good' }, rejected: { from: 'gpt', value: 'bad' } }],
    ['a list each', { prompt: [u('Q')], chosen: [a('good')], rejected: [a('bad')] }],
    ['whole conversations', { chosen: [u('Q'), a('good')], rejected: [u('Q'), a('bad')] }],
    ['whole conversations and the prompt again', { prompt: 'Q', chosen: [u('Q'), a('good')], rejected: [u('Q'), a('bad')] }],
    ['{messages}', { chosen: { messages: [u('Q'), a('good')] }, rejected: { messages: [u('Q'), a('bad')] } }],
    ['transcripts', { chosen: '\n\nHuman: Q\n\nAssistant: good', rejected: '\n\nHuman: Q\n\nAssistant: bad' }],
    ['a transcript as prompt', { prompt: '\n\nHuman: Q\n\nAssistant:', chosen: 'good', rejected: 'bad' }],
    ['OpenAI', { input: { messages: [u('Q')] }, preferred_output: [a('good')], non_preferred_output: [a('bad')] }],
    ['a rejected answer beside the conversation', { messages: [u('Q'), a('good')], rejected_response: 'bad' }],
  ])('are read from %s', (_name, value) => {
    const { row, codes } = convertOne('preference_messages', value);
    expect(row).toEqual(wanted);
    expect(codes).toEqual([]);
  });

  it('share the turns before the last question', () => {
    const { row } = convertOne('preference_messages', { chosen: [u('1'), a('2'), u('Q'), a('good')], rejected: [u('1'), a('2'), u('Q'), a('bad')] });
    expect(row).toMatchObject({ messages: [u('1'), a('2'), u('Q')], chosen: [a('good')], rejected: [a('bad')] });
  });

  it('put the system column before the prompt', () => {
    const { row } = convertOne('preference_strings', { system: 'S', question: 'Q', chosen: 'good', rejected: 'bad' });
    expect(row).toMatchObject({ messages: [{ role: 'system', content: 'S' }, u('Q')] });
  });

  it.each<[string, Json, string]>([
    ['equal answers', { prompt: 'Q', chosen: 'same', rejected: ' same ' }, 'pair_equal'],
    ['no prompt', { prompt: '', chosen: 'a', rejected: 'b' }, 'prompt_empty'],
    ['no prompt at all', { chosen: 'a', rejected: 'b' }, 'prompt_empty'],
    ['an empty answer', { prompt: 'Q', chosen: 'a', rejected: '' }, 'answer_empty'],
    ['an empty turn', { prompt: 'Q', chosen: [a('')], rejected: [a('x')] }, 'answer_empty'],
    ['different prompts', { chosen: [u('1'), a('x')], rejected: [u('2'), a('y')] }, 'pair_prompt_differs'],
    ['a column missing', { prompt: 'Q', chosen: 'a' }, 'row_shape'],
  ])('with %s are refused', (_name, value, code) => {
    const { row, codes } = convertOne('preference_strings', value);
    expect(row).toBeNull();
    expect(codes).toEqual([code]);
  });
});

describe('verdicts', () => {
  it.each<[Json, boolean]>([[true, true], [false, false], [1, true], [0, false], ['1', true], ['False', false], ['good', true], ['bad', false], ['👍', true]])('reads %j as %s', (label, expected) => {
    expect(convertOne('kto', { prompt: 'Q', completion: 'A', label }).row).toMatchObject({ kind: 'kto', label: expected, messages: [u('Q')], completion: [a('A')] });
  });

  it.each<[Json]>([[2], ['maybe'], [null], [{}]])('refuses %j', (label) => {
    expect(convertOne('kto', { prompt: 'Q', completion: 'A', label }).codes).toEqual(['label_invalid']);
  });

  it.each<[string, Json]>([
    ['lists of turns', { prompt: [u('Q')], completion: [a('A')], label: true }],
    ['a conversation', { messages: [u('Q'), a('A')], kto_tag: true }],
    ['Alpaca', { instruction: 'Q', output: 'A', kto_tag: true }],
  ])('belong to an answer in %s', (_name, value) => {
    expect(convertOne('kto', value).row).toEqual({ kind: 'kto', messages: [u('Q')], completion: [a('A')], label: true });
  });
});

describe('a prompt and its answer', () => {
  it('are one exchange, whatever the columns are called', () => {
    for (const [prompt, answer] of [['prompt', 'completion'], ['question', 'answer'], ['inputs', 'targets'], ['query', 'response'], ['problem', 'solution']] as const) {
      expect(convertOne('prompt_completion', { [prompt]: 'Q', [answer]: 'A' }).row).toEqual({ kind: 'chat', messages: [u('Q'), a('A')] });
    }
  });

  it('may be lists of turns', () => {
    const { row } = convertOne('prompt_completion', { prompt: [{ role: 'system', content: 'S' }, u('Q')], completion: [a('A')] });
    expect(chat(row).messages).toHaveLength(3);
  });

  it('put Alpaca’s input under its instruction and its history before', () => {
    const { row } = convertOne('alpaca', { instruction: 'Sort', input: 'b a', output: 'a b', system: 'S', history: [['x', 'y']] });
    expect(chat(row).messages).toEqual([{ role: 'system', content: 'S' }, u('x'), a('y'), u('Sort\n\nb a'), a('a b')]);
  });

  it('are written as JSON when they are data, which is said', () => {
    const { row, codes } = convertOne('prompt_completion', { prompt: 'Q', completion: { a: [1] } });
    expect(chat(row).messages[1]).toEqual(a('{"a":[1]}'));
    expect(codes).toEqual(['content_as_text']);
  });

  it('that are JSON texts of turns stay texts', () => {
    const text = JSON.stringify([u('x'), a('y')]);
    expect(chat(convertOne('prompt_completion', { prompt: 'Q', completion: text }).row).messages[1]).toEqual(a(text));
  });

  it.each<[Json, string]>([
    [{ prompt: ' ', completion: 'A' }, 'prompt_empty'],
    [{ prompt: null, completion: 'A' }, 'prompt_empty'],
    [{ prompt: 'Q', completion: '' }, 'answer_empty'],
    [{ prompt: 'Q' }, 'row_shape'],
  ])('%j is refused', (value, code) => {
    expect(convertOne('prompt_completion', value).codes).toEqual([code]);
  });
});

describe('--map', () => {
  it('takes columns, paths and literals', () => {
    const { row } = convertOne('prompt_completion', { Question: 'Q', data: [{ reply: 'A' }] }, ['prompt=Question', 'completion=$.data[0].reply', "system='Be brief'"]);
    expect(chat(row).messages).toEqual([{ role: 'system', content: 'Be brief' }, u('Q'), a('A')]);
    expect(row?.meta).toEqual({ data: [{ reply: 'A' }] });
  });

  it('moves a column aside whose name it needs', () => {
    const { row, codes } = convertOne('prompt_completion', { prompt: 'old', Q: 'Q', completion: 'A' }, ['prompt=Q']);
    expect(chat(row).messages[0]).toEqual(u('Q'));
    expect(row?.meta).toEqual({ prompt: 'old' });
    expect(codes).toEqual(['columns_kept']);
  });

  it('makes a column the weight of the row', () => {
    expect(chat(convertOne('openai_chat', { messages: [u('Q'), a('A')], w: 0.5 }, ['weight=w', 'messages=messages']).row).messages[1]?.weight).toBe(0.5);
  });

  it('refuses a row that lacks what it names, unless the target is optional', () => {
    expect(convertOne('prompt_completion', { prompt: 'Q' }, ['completion=reply']).codes).toEqual(['map_missing']);
    expect(convertOne('prompt_completion', { prompt: 'Q', completion: 'A' }, ['system=persona']).codes).toEqual([]);
  });

  it.each([['nowhere=a'], ['prompt'], ['prompt='], ['prompt=$.a['], ["prompt='a"], ['prompt=a', 'prompt=b']])('%s is refused as a flag', (...flags) => {
    expect(() => convertOne('prompt_completion', {}, flags)).toThrow(expect.objectContaining({ kind: 'usage' }));
  });
});
