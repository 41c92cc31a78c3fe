import type { Usage } from '../../protocol/agentDefinitions.ts';
import type { Price } from './chatModel.ts';

const million = 1_000_000;

/** Null where the price or a count is not known: a cost is never guessed. What a provider's cache saves is not taken off. */
export function costOf(usage: Usage, price: Price | null): number | null {
  if (price === null) return null;
  if (price.inputUsd === 0 && price.outputUsd === 0) return 0;
  const { promptTokens, completionTokens } = usage;
  if (promptTokens === null || completionTokens === null) return null;
  return (promptTokens * price.inputUsd + completionTokens * price.outputUsd) / million;
}

/** What runs on this machine costs nothing per token. */
export const freePrice: Price = { inputUsd: 0, outputUsd: 0, date: '', source: 'runs on this machine' };
