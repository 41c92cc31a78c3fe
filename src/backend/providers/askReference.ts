import type { Message } from '../../protocol/datasets.ts';
import { usageError } from '../../protocol/errors.ts';
import type { AskResult } from '../../protocol/inference.ts';
import { listModels, type CatalogueInit } from '../models/catalogue.ts';
import type { ChatModel } from './chatModel.ts';
import type { Providers } from './providersService.ts';

export interface Question {
  prompt: string;
  system: string | null;
  adapter: string | null;
  maxTokens: number;
  temperature: number;
  seed: number;
}

/** Whether a name is a reference such as `ollama:qwen3:8b` or `openai`, and none of a model of this machine or of a file. */
export function isReference(catalogue: CatalogueInit, name: string | null, providers: Pick<Providers, 'list'>): name is string {
  if (name === null) return false;
  if (name.toLowerCase().endsWith('.gguf') && !name.startsWith('local:')) return false;
  if (listModels(catalogue).some(({ id }) => id === name)) return false;
  return name.includes(':') || name === 'builtin' || providers.list().some((provider) => provider.name === name);
}

/** One answer to one prompt, by any chat model. */
export async function askReference(model: ChatModel, question: Question, options: { signal: AbortSignal; onText: (text: string) => void }): Promise<AskResult> {
  if (question.adapter !== null) throw usageError('usage', `An adapter goes onto a model of this machine, not onto “${model.reference}”.`, { hint: 'Leave --adapter or --model out.' });
  const messages: Message[] = [...(question.system === null ? [] : [{ role: 'system' as const, content: question.system }]), { role: 'user', content: question.prompt }];
  const { maxTokens, temperature, seed } = question;
  const answer = await model.chat({ messages, tools: [], responseSchema: null, sampling: { maxTokens, temperature, seed, topP: 1, stop: [] } }, options);
  const { promptTokens, completionTokens } = answer.usage;
  return {
    text: answer.text,
    tokens: completionTokens,
    promptTokens,
    tokensPerSecond: completionTokens === null || answer.seconds === 0 ? null : completionTokens / answer.seconds,
    seconds: answer.seconds,
    stop: answer.stop === 'length' ? 'length' : 'stop',
    model: model.reference,
    adapter: null,
    costUsd: answer.costUsd,
  };
}
