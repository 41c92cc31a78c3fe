import type { Message } from '../../../protocol/datasets.ts';

type Role = Message['role'];

/** `call` is an assistant turn whose content is a tool call as JSON (ShareGPT's function_call). */
export type TurnRole = Role | 'call';

/** The role that a name stands for, whatever its case; null when it is unknown. */
export function roleOf(name: string): TurnRole | null {
  return roles.get(name) ?? roles.get(name.trim().toLowerCase()) ?? null;
}

const roles = new Map<string, TurnRole>([
  ...names('system', 'system', 'sys', 'system_prompt'),
  ...names('developer', 'developer'),
  ...names('user', 'user', 'human', 'prompter', 'customer', 'instruction', 'question'),
  ...names('assistant', 'assistant', 'gpt', 'chatgpt', 'bot', 'chatbot', 'model', 'ai', 'bard', 'bing', 'claude', 'answer'),
  ...names('tool', 'tool', 'function', 'observation', 'ipython', 'tool_response', 'tool_result', 'function_response', 'function-response', 'function_result', 'tool response', 'function response'),
  ...names('call', 'function_call', 'function-call', 'functioncall', 'tool_call', 'tool_calls', 'tool-call'),
]);

function names(role: TurnRole, ...words: string[]): [string, TurnRole][] {
  return words.map((word) => [word, role]);
}
