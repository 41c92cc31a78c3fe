import { failure } from '../../../src/protocol/errors.ts';
import type { Execute } from '../../../src/backend/agents/executor/executor.ts';

/** One answer of the model to the agent's prompt and the input. */
export const plainExecute: Execute = async ({ definition, input, model }, { signal, onText }) => {
  const { temperature = 0.7, topP = 1, maxTokens = 512, seed = null, stop = [] } = definition.parameters;
  const messages = [{ role: 'system' as const, content: definition.systemPrompt }, { role: 'user' as const, content: input }];
  const answer = await model.chat({ messages, tools: [], responseSchema: null, sampling: { temperature, topP, maxTokens, seed, stop } }, { signal, onText });
  if (answer.text.trim() === '') throw failure('answer_empty', 'The agent answered nothing.');
  return { text: answer.text, promptSha256: '0'.repeat(64), trace: [], usage: answer.usage, costUsd: answer.costUsd, model: answer.model, seconds: answer.seconds };
};
