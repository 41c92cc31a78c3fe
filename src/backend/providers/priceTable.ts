import type { Price } from './chatModel.ts';

const openAi = { date: '2026-06-01', source: 'OpenAI’s pricing page as https://www.morphllm.com/openai-api-pricing quotes it' };
const openAiOlder = { date: '2026-03-21', source: 'OpenAI’s pricing page as https://deploybase.ai/articles/openai-pricing quotes it' };
/** The price at peak hours: at other hours it is half of it. */
const deepSeek = { date: '2026-10-27', source: 'https://api-docs.deepseek.com/quick_start/pricing' };

/**
 * Prices of a few well-known models, by the origin that charges them: standard tier, uncached input. A model that is not
 * here has no price. Names are exact, because a variant of a name may cost something else.
 */
const table: Readonly<Record<string, Readonly<Record<string, Price>>>> = {
  'https://api.openai.com': {
    'gpt-5.5': { inputUsd: 5, outputUsd: 30, ...openAi },
    'gpt-5.4': { inputUsd: 2.5, outputUsd: 15, ...openAi },
    'gpt-5.4-mini': { inputUsd: 0.75, outputUsd: 4.5, ...openAi },
    'gpt-5.4-nano': { inputUsd: 0.2, outputUsd: 1.25, ...openAi },
    'gpt-5.1': { inputUsd: 1.25, outputUsd: 10, ...openAiOlder },
    'gpt-5': { inputUsd: 1.25, outputUsd: 10, ...openAiOlder },
    'gpt-5-mini': { inputUsd: 0.25, outputUsd: 2, ...openAiOlder },
    'gpt-5-nano': { inputUsd: 0.05, outputUsd: 0.4, ...openAiOlder },
    'gpt-4.1': { inputUsd: 2, outputUsd: 8, ...openAiOlder },
    'gpt-4.1-mini': { inputUsd: 0.4, outputUsd: 1.6, ...openAiOlder },
    'gpt-4.1-nano': { inputUsd: 0.1, outputUsd: 0.4, ...openAiOlder },
    'gpt-4o': { inputUsd: 2.5, outputUsd: 10, ...openAiOlder },
    'gpt-4o-mini': { inputUsd: 0.15, outputUsd: 0.6, ...openAiOlder },
  },
  'https://api.deepseek.com': {
    'deepseek-flash': { inputUsd: 0.3, outputUsd: 1.2, ...deepSeek },
    'deepseek-v4-pro': { inputUsd: 1.32, outputUsd: 3.96, ...deepSeek },
  },
};

export function tablePrice(origin: string, model: string): Price | null {
  return table[origin]?.[model] ?? null;
}
