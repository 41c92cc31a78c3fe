import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../src/protocol/json.ts';
import { chat, convertOne } from '../../../support/rowConversion.ts';

const user = { role: 'user', content: 'weather?' };
const done = { role: 'assistant', content: 'Sunny.' };
const declared = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }];
const call = { id: 'c1', type: 'function', function: { name: 'weather', arguments: { city: 'Rome' } } };
const result = { role: 'tool', content: '21', tool_call_id: 'c1' };

function row(call_: Json, extra: { [key: string]: Json } = {}): Json {
  return { messages: [user, { role: 'assistant', content: null, tool_calls: call_ }, result, done], tools: declared, ...extra };
}

describe('tool declarations', () => {
  const flat = { name: 'weather', parameters: { type: 'object' } };
  it.each<[string, Json]>([
    ['OpenAI', declared],
    ['its JSON text', JSON.stringify(declared)],
    ['bare functions', [flat]],
    ['functions with a flat type', [{ type: 'function', ...flat }]],
    ['a list of JSON texts', [JSON.stringify(flat)]],
    ['one tool', flat],
  ])('are read as %s', (_name, tools) => {
    const { row: kept, codes } = convertOne('openai_chat_tools', row([call], { tools }));
    expect(kept?.tools).toEqual(declared);
    expect(codes).toEqual([]);
  });

  it('are read from functions, and from a system turn', () => {
    expect(convertOne('openai_chat_tools', { messages: [user, done], functions: [flat] }).row?.tools).toEqual(declared);
    const system = { role: 'system', content: 's', tools: JSON.stringify(declared) };
    expect(convertOne('openai_chat_tools', { messages: [system, user, done] }).row?.tools).toEqual(declared);
  });

  it.each<[Json]>([['not json'], [5], [[{ description: 'nameless' }]]])('%j is refused', (tools) => {
    expect(convertOne('openai_chat_tools', row([call], { tools })).codes).toContain('tools_invalid');
  });

  it('are not rendered twice when the system prompt writes them out', () => {
    const { row: kept, codes } = convertOne('sharegpt_tools', {
      conversations: [{ from: 'system', value: '<tools>[]</tools>' }, { from: 'human', value: 'a' }, { from: 'gpt', value: 'b' }],
      tools: declared,
    });
    expect(kept?.tools).toBeUndefined();
    expect(kept?.meta).toEqual({ tools: declared });
    expect(codes).toContain('tools_in_system');
  });
});

describe('tool calls', () => {
  it.each<[string, Json]>([
    ['an object', { city: 'Rome' }],
    ['JSON text', '{"city":"Rome"}'],
  ])('take arguments as %s', (_name, args) => {
    const { row: kept, codes } = convertOne('openai_chat_tools', row([{ ...call, function: { name: 'weather', arguments: args } }]));
    expect(chat(kept).messages[1]?.tool_calls).toEqual([call]);
    expect(codes).toEqual([]);
  });

  it.each<[Json]>([['{city: Rome}'], ['[1]'], ['5'], [[1]], [5]])('refuse the arguments %j', (args) => {
    const { row: kept, issues } = convertOne('openai_chat_tools', row([{ ...call, function: { name: 'weather', arguments: args } }]));
    expect(kept).toBeNull();
    expect(issues[0]).toMatchObject({ code: 'tool_arguments_invalid', path: '$.messages[1].tool_calls[0].function.arguments' });
  });

  it.each<[Json]>([[''], [null], [{}], ['{}']])('take %j as no arguments', (args) => {
    const { row: kept } = convertOne('openai_chat_tools', row([{ ...call, function: { name: 'weather', arguments: args } }]));
    expect(chat(kept).messages[1]?.tool_calls?.[0]?.function.arguments).toEqual({});
  });

  it('need a name', () => {
    expect(convertOne('openai_chat_tools', row([{ id: 'c1', function: {} }])).codes).toEqual(['tool_call_invalid']);
  });

  it('are read from OpenAI’s legacy function_call and its function turns', () => {
    const { row: kept, codes } = convertOne('openai_chat_tools', {
      messages: [user, { role: 'assistant', content: null, function_call: { name: 'weather', arguments: '{}' } }, { role: 'function', name: 'weather', content: '21' }, done],
      functions: [{ name: 'weather' }],
    });
    expect(chat(kept).messages.map((message) => message.role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
    expect(chat(kept).messages[2]?.name).toBe('weather');
    expect(codes).toEqual([]);
  });

  it('are read from turns of ShareGPT, parallel calls as one turn', () => {
    const { row: kept, codes } = convertOne('sharegpt_tools', {
      conversations: [
        { from: 'human', value: 'a' }, { from: 'gpt', value: 'Let me see.' }, { from: 'function_call', value: '{"name":"weather","arguments":{"n":1}}' },
        { from: 'function_call', value: '[{"name":"weather","arguments":{"n":2}}]' }, { from: 'observation', value: '1' }, { from: 'observation', value: '2' }, { from: 'gpt', value: 'b' },
      ],
      tools: JSON.stringify(declared),
    });
    const { messages } = chat(kept);
    expect(messages.map((message) => message.role)).toEqual(['user', 'assistant', 'tool', 'tool', 'assistant']);
    expect(messages[1]).toMatchObject({ content: 'Let me see.', tool_calls: [{ function: { arguments: { n: 1 } } }, { function: { arguments: { n: 2 } } }] });
    expect(codes).toEqual([]);
  });
});

describe('calls and results', () => {
  it('are linked by id where only one side has one', () => {
    const { id: _id, ...anonymous } = call;
    const { row: kept } = convertOne('openai_chat_tools', row([anonymous]));
    expect(chat(kept).messages[1]?.tool_calls?.[0]?.id).toBe('c1');
    const { row: other } = convertOne('openai_chat_tools', { messages: [user, { role: 'assistant', tool_calls: [call] }, { role: 'tool', content: '21' }, done], tools: declared });
    expect(chat(other).messages[2]?.tool_call_id).toBe('c1');
  });

  it.each<[string, Json[], string]>([
    ['a call without its result', [user, { role: 'assistant', tool_calls: [call] }, done], 'tool_call_unanswered'],
    ['a result without its call', [user, result, done], 'tool_result_orphan'],
    ['a result of another call', [user, { role: 'assistant', tool_calls: [call] }, { ...result, tool_call_id: 'c9' }, done], 'tool_result_orphan'],
    ['a call of an undeclared tool', [user, { role: 'assistant', tool_calls: [{ ...call, function: { name: 'other', arguments: {} } }] }, result, done], 'tool_undeclared'],
  ])('%s is reported and kept', (_name, messages, code) => {
    const { row: kept, codes } = convertOne('openai_chat_tools', { messages, tools: declared });
    expect(kept).not.toBeNull();
    expect(codes).toContain(code);
  });

  it('may end with a call, which then waits for nothing', () => {
    expect(convertOne('openai_chat_tools', { messages: [user, { role: 'assistant', tool_calls: [call] }], tools: declared }).codes).toEqual([]);
  });

  it('without any declaration are reported once', () => {
    expect(convertOne('openai_chat_tools', { messages: [user, { role: 'assistant', tool_calls: [call] }, result, done] }).codes).toEqual(['tools_missing']);
  });
});
