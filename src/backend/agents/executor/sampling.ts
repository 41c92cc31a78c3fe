import type { AgentParameters } from '../../../protocol/agentDefinitions.ts';
import type { ChatSampling } from '../../providers/chatModel.ts';

/** What an agent answers with where its parameters do not say. Told in docs/tools.md. */
export const defaultSampling: ChatSampling = { temperature: 0.7, topP: 1, maxTokens: 2048, seed: null, stop: [] };

/** The parameters of an agent as a model takes them. Later ones count before earlier ones. */
export function samplingOf(...parameters: readonly (AgentParameters | undefined)[]): ChatSampling {
  const sampling = { ...defaultSampling };
  for (const one of parameters) {
    sampling.temperature = one?.temperature ?? sampling.temperature;
    sampling.topP = one?.topP ?? sampling.topP;
    sampling.maxTokens = one?.maxTokens ?? sampling.maxTokens;
    sampling.seed = one?.seed ?? sampling.seed;
    sampling.stop = one?.stop ?? sampling.stop;
  }
  return sampling;
}
