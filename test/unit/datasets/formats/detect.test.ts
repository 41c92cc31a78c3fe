import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../../../src/backend/datasets/formats/detect.ts';
import { parseMapping } from '../../../../src/backend/datasets/formats/mapping.ts';
import type { Json } from '../../../../src/protocol/json.ts';

const chat = { messages: [{ role: 'user', content: 'a' }, { role: 'assistant', content: 'b' }] };
const share = { conversations: [{ from: 'human', value: 'a' }, { from: 'gpt', value: 'b' }] };

describe('the format of a file', () => {
  it.each<[string, Json[], string]>([
    ['a conversation', [chat], 'openai_chat'],
    ['a conversation with its prompt beside it', [{ ...chat, prompt: 'a', text: 'a b' }], 'openai_chat'],
    ['tools in one of its rows', [chat, { ...chat, tools: [{ name: 'f' }] }], 'openai_chat_tools'],
    ['an empty list of tools', [{ ...chat, tools: [] }], 'openai_chat'],
    ['from and value', [share], 'sharegpt'],
    ['from and value under messages', [{ messages: share.conversations }], 'sharegpt'],
    ['instruction and output', [{ instruction: 'a', input: '', output: 'b' }], 'alpaca'],
    ['a prompt and a completion', [{ prompt: 'a', completion: 'b' }], 'prompt_completion'],
    ['input and output', [{ input: 'a', output: 'b' }], 'prompt_completion'],
    ['text', [{ text: 'a' }], 'text'],
    ['bare texts', ['a', 'b'], 'text'],
    ['text beside a pair', [{ prompt: 'a', completion: 'b', text: 'ab' }], 'prompt_completion'],
    ['two answers', [{ prompt: 'a', chosen: 'b', rejected: 'c' }], 'preference_strings'],
    ['two answers as turns beside a conversation', [{ ...chat, chosen: chat.messages, rejected: chat.messages }], 'preference_messages'],
    ['a verdict', [{ prompt: 'a', completion: 'b', label: true }], 'kto'],
    ['a class to learn', [{ prompt: 'a', completion: 'b', label: 'sports' }], 'prompt_completion'],
    ['columns that are null in this file', [{ ...chat, prompt: null, completion: null, chosen: null, rejected: null }], 'openai_chat'],
    ['one stray row', [chat, chat, { prompt: 'a', completion: 'b' }], 'openai_chat'],
  ])('is found with %s', (_name, samples, format) => {
    expect(detectFormat(samples)).toMatchObject({ format, issue: null });
  });

  it('goes by whole names: prompts, my_messages and text_id are no columns it knows', () => {
    expect(detectFormat([{ prompts: 'a', completions: 'b', my_messages: [], text_id: 'c', full_text: 'd' }]).format).toBe('none');
  });

  it.each<[string, Json[], string[]]>([
    ['two shapes in each row', [{ ...chat, prompt: 'a', completion: 'b' }], ['openai_chat', 'prompt_completion']],
    ['as many rows of each', [chat, { instruction: 'a', output: 'b' }], ['alpaca', 'openai_chat']],
    ['a label beside a conversation', [{ ...chat, label: true }], ['kto', 'openai_chat']],
  ])('is asked for with %s', (_name, samples, tied) => {
    const { format, issue, candidates } = detectFormat(samples);
    expect(format).toBeNull();
    expect(candidates.map((candidate) => candidate.format)).toEqual(tied);
    expect(issue?.code).toBe('format_ambiguous');
    for (const name of tied) expect(issue?.fix).toContain(`--format ${name}`);
    expect(issue?.fix).toContain('--map');
  });

  it('is none when nothing fits, with the columns and a mapping to try', () => {
    const { format, issue, keys } = detectFormat([{ id: 1, Frage: 'Was ist das?', Antwort: 'Das ist ein langer Satz.' }]);
    expect(format).toBe('none');
    expect(keys).toEqual(['id', 'Frage', 'Antwort']);
    expect(issue?.message).toContain('"Frage"');
    expect(issue?.fix).toContain('--map prompt=Frage --map completion=Antwort');
  });

  it('is none for rows that are no objects, and for no rows', () => {
    expect(detectFormat([1, null, true]).format).toBe('none');
    expect(detectFormat([]).format).toBe('none');
  });

  it('follows the mapping', () => {
    const rows: Json[] = [{ q: 'a', r: 'b', good: [{ role: 'assistant', content: 'x' }], bad: [{ role: 'assistant', content: 'y' }], turns_: share.conversations }];
    expect(detectFormat(rows, parseMapping(['prompt=q', 'completion=r'])).format).toBe('prompt_completion');
    expect(detectFormat(rows, parseMapping(['prompt=q', 'chosen=r', 'rejected=q'])).format).toBe('preference_strings');
    expect(detectFormat(rows, parseMapping(['prompt=q', 'chosen=good', 'rejected=bad'])).format).toBe('preference_messages');
    expect(detectFormat(rows, parseMapping(['messages=turns_'])).format).toBe('sharegpt');
  });
});
