import type { Message } from '../../../protocol/datasets.ts';

/**
 * Gives calls and results the same ids where one side has them and the other has not, in order. Where neither has
 * any, none are made up: templates link by position then.
 */
export function linkToolIds(messages: readonly Message[]): void {
  for (const [index, message] of messages.entries()) {
    const calls = message.tool_calls;
    if (calls === undefined) continue;
    for (let step = 0; step < calls.length; step += 1) {
      const result = messages[index + 1 + step];
      const call = calls[step];
      if (call === undefined || result?.role !== 'tool') break;
      if (call.id === undefined && result.tool_call_id !== undefined) call.id = result.tool_call_id;
      else if (call.id !== undefined && result.tool_call_id === undefined) result.tool_call_id = call.id;
    }
  }
}
