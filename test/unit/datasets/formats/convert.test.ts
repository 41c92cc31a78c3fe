import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../../src/backend/datasets/formats/parseLine.ts';
import type { Json } from '../../../../src/protocol/json.ts';
import { chat, convertOne, converting } from '../../../support/rowConversion.ts';

const user = { role: 'user', content: 'hi' };
const assistant = { role: 'assistant', content: 'yo' };

describe('a row that is the normal form already', () => {
  it('is passed on as the same object with its kind', () => {
    const value: Json = { messages: [{ role: 'system', content: 's' }, user, assistant], id: 'a' };
    const { row, codes } = convertOne('openai_chat', value);
    expect(row).toBe(value);
    expect(row?.kind).toBe('chat');
    expect(codes).toEqual([]);
  });

  it('is copied as soon as anything else is in it', () => {
    const value: Json = { messages: [user, assistant], topic: 'x' };
    const { row, codes } = convertOne('openai_chat', value);
    expect(row).not.toBe(value);
    expect(row?.meta).toEqual({ topic: 'x' });
    expect(codes).toEqual(['columns_kept']);
  });
});

describe('turns in their many shapes', () => {
  const same: [string, Json][] = [
    ['messages with role and content', { messages: [user, assistant] }],
    ['a bare list of turns', [user, assistant]],
    ['from and value under messages', { messages: [{ from: 'human', value: 'hi' }, { from: 'gpt', value: 'yo' }] }],
    ['role and content under conversations', { conversations: [user, assistant] }],
    ['from and value under conversations', { conversations: [{ from: 'Human', value: 'hi' }, { from: 'ChatGPT', value: 'yo' }] }],
    ['names such as prompter and bot', { conversation: [{ role: 'prompter', content: 'hi' }, { role: 'bot', content: 'yo' }] }],
    ['model and ai', { messages: [{ role: 'USER', content: 'hi' }, { role: 'model', content: 'yo' }] }],
    ['exchanges of input and output', { conversation: [{ input: 'hi', output: 'yo' }] }],
    ['turns as JSON text', { messages: JSON.stringify([user, assistant]) }],
    ['content as one text part', { messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }, assistant] }],
    ['content as a list of texts', { messages: [{ role: 'user', content: ['hi'] }, assistant] }],
    ['content as parts of Gemini', { messages: [{ role: 'user', content: { parts: [{ text: 'hi' }] } }, assistant] }],
    ['content as input_text', { messages: [{ role: 'user', content: [{ type: 'input_text', text: 'hi' }] }, { role: 'assistant', content: [{ type: 'output_text', text: 'yo' }] }] }],
  ];
  it.each(same)('reads %s', (_name, value) => {
    const { row, codes } = convertOne('openai_chat', value);
    expect(row).toMatchObject({ kind: 'chat', messages: [user, assistant] });
    expect(codes).toEqual([]);
  });

  it('joins text parts by a line break', () => {
    const { row } = convertOne('openai_chat', { messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }, { type: 'text', text: 'b' }] }, assistant] });
    expect(chat(row).messages[0]?.content).toBe('a\nb');
  });

  it('keeps parts that are no text and says that they are not trained', () => {
    const image = { type: 'image_url', image_url: { url: 'file.png' } };
    const { row, issues } = convertOne('openai_chat', { messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }, image] }, assistant] });
    expect(chat(row).messages[0]?.content).toEqual([{ type: 'text', text: 'a' }, image]);
    expect(issues).toMatchObject([{ code: 'part_not_trainable', severity: 'warning', path: '$.messages[0].content[1]' }]);
  });

  it('keeps reasoning, names and weights, and says which fields of a turn it leaves out', () => {
    const { row, codes } = convertOne('openai_chat', { messages: [{ ...user, name: 'Ann', time: 3 }, { ...assistant, reasoning: 'hm', weight: 0.5 }] });
    expect(chat(row).messages).toEqual([{ ...user, name: 'Ann' }, { ...assistant, weight: 0.5, reasoning_content: 'hm' }]);
    expect(codes).toEqual(['message_fields']);
  });
});

describe('the system prompt', () => {
  it.each([
    ['a text', 'be brief'],
    ['parts', [{ type: 'text', text: 'be brief' }]],
  ])('may be a column with %s', (_name, system) => {
    const { row } = convertOne('openai_chat', { system, messages: [user, assistant] });
    expect(chat(row).messages[0]).toEqual({ role: 'system', content: 'be brief' });
  });

  it('stays in meta when the conversation has another', () => {
    const { row, codes } = convertOne('openai_chat', { system: 'a', messages: [{ role: 'system', content: 'b' }, user, assistant] });
    expect(chat(row).messages[0]?.content).toBe('b');
    expect(row?.meta).toEqual({ system: 'a' });
    expect(codes).toContain('system_conflict');
  });
});

describe('weights and masks', () => {
  const cases: [string, Json, number | undefined][] = [
    ['weight', 0, 0], ['weight', 1, 1], ['weight', 0.25, 0.25], ['weight', null, undefined], ['loss_weight', 2, 2], ['loss', false, 0], ['loss', true, 1],
    ['train', false, 0], ['trainable', true, 1], ['train_on_turn', false, 0], ['loss_mask', 0, 0], ['loss_mask', 1, 1], ['mask', true, 0], ['mask', 0, 1],
    ['masked', true, 0], ['weight', '0', 0], ['train', 'False', 0],
  ];
  it.each(cases)('%s %j is weight %s', (key, value, weight) => {
    const { row } = convertOne('openai_chat', { messages: [user, assistant, user, { ...assistant, [key]: value }] });
    expect(chat(row).messages[3]?.weight).toBe(weight);
  });

  it.each([[-1], ['heavy'], [{}], ['1e3']])('refuses %j', (weight) => {
    const { row, codes } = convertOne('openai_chat', { messages: [user, { ...assistant, weight }] });
    expect(row).toBeNull();
    expect(codes).toEqual(['weight_invalid']);
  });

  it('refuses weights that contradict each other', () => {
    expect(convertOne('openai_chat', { messages: [user, { ...assistant, weight: 1, train: false }] }).codes).toEqual(['weight_invalid']);
  });

  it('says that a user turn is not trained, and that a row without any trained turn trains nothing', () => {
    expect(convertOne('openai_chat', { messages: [{ ...user, weight: 1 }, assistant] }).codes).toEqual(['weight_ignored']);
    expect(convertOne('openai_chat', { messages: [user, { ...assistant, weight: 0 }] }).codes).toEqual(['nothing_trained']);
  });

  it('multiplies the weight of the row into its answers', () => {
    const { row } = convertOne('openai_chat', { messages: [user, assistant, user, { ...assistant, weight: 0.5 }], sample_weight: 2 });
    expect(chat(row).messages.map((message) => message.weight)).toEqual([undefined, 2, undefined, 1]);
  });
});

describe('problems of a conversation', () => {
  const m = (...roles: string[]): Json => ({ messages: roles.map((role, index) => ({ role, content: `${role} ${String(index)}` })) });
  const cases: [string, Json, string[], boolean][] = [
    ['no turns', { messages: [] }, ['messages_empty'], false],
    ['no answer', m('user'), ['assistant_missing'], false],
    ['unknown role', m('user', 'alien'), ['role_unknown'], false],
    ['no role', { messages: [user, { content: 'x' }] }, ['message_shape'], false],
    ['a turn that is a text', { messages: [user, 'yo'] }, ['message_shape'], false],
    ['turns that are no list', { messages: 'hi' }, ['row_shape'], false],
    ['empty answer', { messages: [user, { role: 'assistant', content: ' \n' }] }, ['answer_empty'], false],
    ['absent answer', { messages: [user, { role: 'assistant', content: null }] }, ['answer_empty'], false],
    ['empty prompt', { messages: [{ role: 'user', content: '' }, assistant] }, ['content_empty', 'prompt_empty'], false],
    ['empty later question', { messages: [user, assistant, { role: 'user', content: '' }, assistant] }, ['content_empty'], true],
    ['system late', m('user', 'system', 'assistant'), ['system_not_first'], true],
    ['two systems', m('system', 'system', 'user', 'assistant'), ['system_repeated'], true],
    ['assistant first', m('assistant', 'user', 'assistant'), ['role_order'], true],
    ['same role twice', m('user', 'user', 'assistant'), ['roles_consecutive'], true],
    ['user last', m('user', 'assistant', 'user'), ['last_not_assistant'], true],
    ['part without text', { messages: [{ role: 'user', content: [{}] }, assistant] }, ['content_invalid'], false],
    ['overlong', { messages: [user, { role: 'assistant', content: 'a '.repeat(100_001) }] }, ['content_overlong'], true],
  ];
  it.each(cases)('%s', (_name, value, expected, isKept) => {
    const { row, codes } = convertOne('openai_chat', value);
    expect(codes).toEqual(expected);
    expect(row !== null).toBe(isKept);
  });

  it.each([[42], ['text'], [null], [true], [[]], [[1, 2]], [{}]])('refuses the row %j and goes on', (value) => {
    const { row, issues } = convertOne('openai_chat', value);
    expect(row).toBeNull();
    expect(issues[0]).toMatchObject({ severity: 'error', path: expect.stringMatching(/^\$/) });
  });
});

describe('columns beside the format', () => {
  it('are kept in meta, reported once per file, and numbers of rows are called so', () => {
    const { rows, codes } = converting('alpaca', [
      { instruction: 'a', output: 'b', source: 's', '': 0, empty: null },
      { instruction: 'c', output: 'd', source: 't', '': 1, empty: null },
    ]);
    expect(rows.map((row) => row?.meta)).toEqual([{ source: 's', '': 0 }, { source: 't', '': 1 }]);
    expect(codes).toEqual(['columns_kept', 'column_index']);
  });

  it('keep a column called __proto__ inert', () => {
    const value = parseLine('{"prompt":"a","completion":"b","__proto__":{"isAdmin":true}}', () => undefined) ?? null;
    const { row } = convertOne('prompt_completion', value);
    expect(Object.keys(row?.meta ?? {})).toEqual(['__proto__']);
    expect(Reflect.get(row?.meta ?? {}, 'isAdmin')).toBeUndefined();
    expect(JSON.stringify(row)).toContain('"__proto__":{"isAdmin":true}');
  });

  it('take ids as texts, leading zeros and all', () => {
    expect(convertOne('prompt_completion', { id: '007', prompt: 'a', completion: 'b' }).row?.id).toBe('007');
    expect(convertOne('prompt_completion', { id: 7, prompt: 'a', completion: 'b' }).row?.id).toBe('7');
  });
});

describe('rows of another format than their file', () => {
  it('are converted when they become the same kind of row', () => {
    const { row, issues } = convertOne('openai_chat', { instruction: 'a', output: 'b' });
    expect(row?.kind).toBe('chat');
    expect(issues).toMatchObject([{ code: 'format_mixed', severity: 'warning' }]);
  });

  it('are refused when they would be trained differently', () => {
    const { row, issues } = convertOne('openai_chat', { prompt: 'p', chosen: 'a', rejected: 'b' });
    expect(row).toBeNull();
    expect(issues).toMatchObject([{ code: 'row_shape', severity: 'error' }]);
  });
});
