import { expect, test } from 'vitest';
import { hasTools, toolCallForm } from '../../../src/backend/inference/host/toolCalls.ts';

const hermes = '{% if tools %}<tools>…</tools> answer within <tool_call></tool_call>{% endif %}';
const mistral = '{% if tools %}[AVAILABLE_TOOLS]{% endif %}{{ "[TOOL_CALLS]" }}';
const llama = '{% if tools %}Respond in the format {"name": …, "parameters": …}{% endif %}';

function calls(template: string, answer: string) {
  const read = toolCallForm(template)?.read(answer) ?? null;
  return read === null ? null : { text: read.text, calls: read.toolCalls.map((call) => [call.function.name, call.function.arguments]) };
}

test.each([
  ['in tags', hermes, 'Let me see.\n<tool_call>\n{"name": "add", "arguments": {"a": 1}}\n</tool_call>', 'Let me see.', [['add', { a: 1 }]]],
  ['several in tags', hermes, '<tool_call>{"name":"a","arguments":{}}</tool_call>\n<tool_call>{"name":"b","arguments":{}}</tool_call>', '', [['a', {}], ['b', {}]]],
  ['a list in a tag that was not closed', hermes, '<tool_call>[{"name":"a","arguments":{}},{"name":"b","arguments":{"x":"y"}}]', '', [['a', {}], ['b', { x: 'y' }]]],
  ['arguments as text', hermes, '<tool_call>{"name":"a","arguments":"{\\"x\\":2}"}</tool_call>', '', [['a', { x: 2 }]]],
  ['behind a marker', mistral, '[TOOL_CALLS][{"name":"a","arguments":{"x":1}}]', '', [['a', { x: 1 }]]],
  ['as the whole answer', llama, ' {"name":"a","parameters":{"x":1}}', '', [['a', { x: 1 }]]],
])('reads calls %s', (_name, template, answer, text, expected) => {
  expect(calls(template, answer)).toEqual({ text, calls: expected });
});

test.each([
  ['text', hermes, 'I would call add.'],
  ['a call that was cut', hermes, '<tool_call>{"name":"a","argum'],
  ['a plan of which one half can’t be read', hermes, '<tool_call>{"name":"a","arguments":{}}</tool_call><tool_call>oops</tool_call>'],
  ['arguments that are no object', hermes, '<tool_call>{"name":"a","arguments":"[1]"}</tool_call>'],
  ['JSON without a call', llama, '{"answer": 42}'],
])('%s is an answer and no call', (_name, template, answer) => {
  expect(calls(template, answer)).toBeNull();
});

test('a template without tools has no form', () => {
  expect(toolCallForm("{{ messages[0]['content'] }}")).toBeNull();
  expect(hasTools("{{ messages[0]['content'] }}")).toBe(false);
});

test('every call has an id of its own', () => {
  const read = toolCallForm(hermes)?.read('<tool_call>[{"name":"a","arguments":{}},{"name":"a","arguments":{}}]</tool_call>');
  expect(new Set(read?.toolCalls.map((call) => call.id)).size).toBe(2);
});
