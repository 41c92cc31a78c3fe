import type { Message } from '../../../protocol/datasets.ts';
import { failure } from '../../../protocol/errors.ts';
import type { ChatSampling } from '../../providers/chatModel.ts';
import type { Execution } from './execution.ts';
import { quoteTexts, type QuotedText } from './quotedData.ts';
import type { Tool } from './tools/tool.ts';

export interface AnswerRequest {
  system: string;
  /** What the model is asked: texts, and material that others wrote. */
  user: readonly (string | QuotedText)[];
  tools: readonly Tool[];
  sampling: ChatSampling;
  parent: number | null;
  onText: (text: string) => void;
}

/** One answer of the model, in as many rounds as it calls tools. Throws `empty_answer` where it says nothing. */
export async function answer(execution: Execution, request: AnswerRequest): Promise<string> {
  const { model, limits, definition } = execution.init;
  const messages = openingMessages(request, definition.memory);
  const byWireName = new Map(request.tools.map((tool) => [tool.definition.function.name, tool]));
  let known = 0;
  for (let round = 1; round <= limits.rounds; round++) {
    const reply = await execution.ask({ messages, known, tools: request.tools, sampling: request.sampling, parent: request.parent, onText: request.onText });
    if (reply.toolCalls.length === 0) {
      if (reply.text.trim() !== '') return reply.text;
      throw failure('empty_answer', `${model.label} answered nothing.`, { hint: reply.stop === 'length' ? 'It reached its longest length before it said anything: give the agent a larger maxTokens.' : 'Try again, or change the agent’s prompt.' });
    }
    const calls = reply.toolCalls.map((call, index) => ({ ...call, id: call.id ?? `call_${String(round)}_${String(index)}` }));
    messages.push({ role: 'assistant', content: reply.text === '' ? null : reply.text, tool_calls: calls });
    known = messages.length;
    for (const { id, function: called } of calls) {
      const tool = byWireName.get(called.name);
      const content = tool === undefined ? `Error: there is no tool called ${called.name}.` : (await execution.callTool(tool, called.arguments, request.parent)).text;
      messages.push({ role: 'tool', tool_call_id: id, name: called.name, content });
    }
  }
  throw failure('too_many_rounds', `${model.label} called tools ${String(limits.rounds)} times in a row and gave no answer.`, { hint: 'Change the agent’s prompt so that it knows when it is done.' });
}

/** Memory is material of the system turn; the user turn is what was asked, as it is where nothing was added to it. */
export function openingMessages({ system, user }: Pick<AnswerRequest, 'system' | 'user'>, memory: Record<string, unknown>): Message[] {
  const recalled: QuotedText[] = Object.keys(memory).length === 0 ? [] : [{ name: 'memory', text: JSON.stringify(memory, null, 2) }];
  const added = user.filter((part) => typeof part !== 'string');
  const quoted = quoteTexts([...recalled, ...added]);
  let next = recalled.length;
  const userText = user.map((part) => (typeof part === 'string' ? part : (quoted.blocks[next++] ?? ''))).join('');
  const rules = quoted.blocks.length === 0 ? [] : [quoted.rule, ...quoted.blocks.slice(0, recalled.length)];
  const systemText = [system, ...rules].filter((part) => part !== '').join('\n\n');
  return [...(systemText === '' ? [] : [{ role: 'system' as const, content: systemText }]), { role: 'user', content: userText }];
}
