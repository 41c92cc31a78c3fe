import type { Message, ToolCall, ToolDefinition } from '../../../protocol/datasets.ts';
import { quoted, type RowContext } from './context.ts';
import { plainContent } from './content.ts';
import { rowIssue } from './issues.ts';
import { hasInk, pathOf } from './json.ts';

/**
 * Judges a conversation: order of roles, empty turns, tool calls and their results. `path` is where the turns stand in
 * the file; it is exact unless the reader had to add or join turns.
 */
export function checkTurns(messages: readonly Message[], path: string, context: RowContext): void {
  if (messages.length === 0) {
    context.report(rowIssue('messages_empty', 'There are no turns.', { path }));
    return;
  }
  if (!messages.some((message) => message.role === 'assistant')) {
    context.report(rowIssue('assistant_missing', 'No turn is an assistant turn.', { path }));
    return;
  }
  if (messages.every((message) => message.role !== 'assistant' || message.weight === 0)) {
    context.report(rowIssue('nothing_trained', 'Every assistant turn has weight 0: nothing of this row is trained.', { path }));
  }
  checkOrder(messages, path, context);
  for (const [index, message] of messages.entries()) checkContent(message, pathOf(path, index), context);
  checkPrompt(messages, path, context);
  if (messages.at(-1)?.role !== 'assistant') {
    context.report(rowIssue('last_not_assistant', `The last turn is a ${messages.at(-1)?.role ?? ''} turn.`, { path: pathOf(path, messages.length - 1) }));
  }
}

/** The context before an answer (preferences, KTO): roles and emptiness, with no answer expected yet. */
export function checkContext(messages: readonly Message[], path: string, context: RowContext): void {
  if (!messages.some((message) => message.role !== 'system' && message.role !== 'developer' && hasText(message))) {
    context.report(rowIssue('prompt_empty', 'There is no prompt.', { path }));
    return;
  }
  checkOrder(messages, path, context);
}

/** Tool calls against their declarations and results. */
export function checkToolUse(messages: readonly Message[], tools: readonly ToolDefinition[] | undefined, path: string, context: RowContext): void {
  const declared = new Set(tools?.map((tool) => tool.function.name));
  let waiting: ToolCall[] = [];
  let waitingAt = '';
  let callsAreText = false;
  for (const [index, message] of messages.entries()) {
    const here = pathOf(path, index);
    if (message.role === 'tool') {
      const answered = answeredBy(waiting, message);
      if (answered !== null) waiting = waiting.filter((call) => call !== answered);
      else if (callsAreText) context.reportOnce('tool_calls_as_text', 'text', 'Tool results answer calls that are written as text.', here);
      else context.report(rowIssue('tool_result_orphan', 'This tool result answers no call.', { path: here }));
      continue;
    }
    reportWaiting(waiting, waitingAt, context);
    waiting = message.tool_calls ?? [];
    waitingAt = here;
    callsAreText = message.role === 'assistant' && waiting.length === 0;
    for (const call of waiting) {
      const name = quoted(call.function.name);
      if (declared.size === 0) context.reportOnce('tools_missing', 'tools', `Tools such as ${name} are called but none is declared.`, here);
      else if (!declared.has(call.function.name)) context.report(rowIssue('tool_undeclared', `The tool ${name} is called but not declared.`, { path: here }));
    }
  }
}

function reportWaiting(waiting: readonly ToolCall[], path: string, context: RowContext): void {
  for (const call of waiting) {
    context.report(rowIssue('tool_call_unanswered', `The call of ${quoted(call.function.name)} has no result before the next turn.`, { path }));
  }
}

/** The call that a result belongs to: by id where it has one, else by name, else in order. */
function answeredBy(waiting: readonly ToolCall[], result: Message): ToolCall | null {
  if (result.tool_call_id !== undefined && waiting.some((call) => call.id !== undefined)) {
    return waiting.find((call) => call.id === result.tool_call_id) ?? null;
  }
  return waiting.find((call) => call.function.name === result.name) ?? waiting[0] ?? null;
}

function checkOrder(messages: readonly Message[], path: string, context: RowContext): void {
  let previous: Message['role'] | null = null;
  let systems = 0;
  for (const [index, { role }] of messages.entries()) {
    const here = pathOf(path, index);
    if (role === 'system' || role === 'developer') {
      systems += 1;
      if (systems > 1) context.report(rowIssue('system_repeated', 'There is more than one system turn.', { path: here }));
      else if (index > 0) context.report(rowIssue('system_not_first', 'The system turn is not the first.', { path: here }));
      continue;
    }
    if (previous === null && role === 'assistant') context.report(rowIssue('role_order', 'The conversation begins with the assistant.', { path: here }));
    if (previous === role && role !== 'tool') context.report(rowIssue('roles_consecutive', `Two ${role} turns follow each other.`, { path: here }));
    if (previous === 'tool' && role === 'user') context.report(rowIssue('role_order', 'A user turn follows a tool result directly.', { path: here }));
    previous = role;
  }
}

function checkContent(message: Message, path: string, context: RowContext): void {
  const size = typeof message.content === 'string' ? message.content.length : 0;
  if (size > overlongCharacters) context.report(rowIssue('content_overlong', `This turn has ${String(size)} characters.`, { path }));
  if (hasText(message)) return;
  if (message.role === 'assistant') {
    if (message.weight !== 0) context.report(rowIssue('answer_empty', 'This assistant turn is empty.', { path }));
  } else if (message.role === 'user') {
    context.report(rowIssue('content_empty', 'This user turn is empty.', { path }));
  }
}

function checkPrompt(messages: readonly Message[], path: string, context: RowContext): void {
  const first = messages.findIndex((message) => message.role === 'assistant');
  const users = messages.slice(0, first).filter((message) => message.role === 'user');
  if (users.length > 0 && !users.some(hasText)) context.report(rowIssue('prompt_empty', 'Everything before the first answer is empty.', { path }));
}

function hasText(message: Message): boolean {
  if (message.tool_calls !== undefined && message.tool_calls.length > 0) return true;
  if (Array.isArray(message.content) && message.content.some((part) => part.type !== 'text')) return true;
  return hasInk(plainContent(message.content));
}

/** About 50,000 tokens: more than the context of most models that are tuned locally. */
export const overlongCharacters = 200_000;
