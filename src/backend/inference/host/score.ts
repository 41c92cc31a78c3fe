import type { Token } from 'node-llama-cpp';
import type { Message, ToolDefinition } from '../../../protocol/datasets.ts';
import type { ScoreResult } from '../../../protocol/inference.ts';
import { chatTokens } from './chatTokens.ts';
import { readPrompt } from './completion.ts';
import type { Engine, LoadedModel } from './engine.ts';
import { logprobsOf } from './logprobs.ts';

export interface ScoreRequest {
  modelPath: string;
  adapterPath: string | null;
  messages: Message[];
  tools: ToolDefinition[];
  answers: string[];
  alternatives: number;
}

/** How likely each answer is behind the chat. The prompt is read once. */
export async function score(engine: Engine, request: ScoreRequest, signal: AbortSignal): Promise<ScoreResult> {
  const loaded = await engine.model(request.modelPath);
  const prompt = chatTokens(loaded, { ...request, addGenerationPrompt: true }).tokens;
  const answers = request.answers.map((text) => answerTokens(loaded, request, prompt, text));
  const longest = Math.max(...answers.map(({ tokens }) => tokens.length));
  const context = await engine.context({ modelPath: request.modelPath, adapterPath: request.adapterPath }, prompt.length + longest);
  const sequence = context.getSequence();
  try {
    const last = await readPrompt({ sequence, prompt, signal });
    await sequence.evaluateWithoutGeneratingNewTokens(last);
    const scored: ScoreResult['answers'] = [];
    for (const { tokens, hasEnd } of answers) {
      const all = await logprobsOf({ model: loaded.model, sequence, prompt, tokens, alternatives: request.alternatives, signal });
      scored.push({
        tokens: hasEnd ? all.slice(0, -1) : all,
        end: hasEnd ? (all.at(-1)?.logprob ?? null) : null,
        total: all.reduce((sum, { logprob }) => sum + logprob, 0),
      });
    }
    return { promptTokens: prompt.length, answers: scored };
  } finally {
    await sequence.dispose();
  }
}

/** An answer's tokens as the template writes the turn, up to the token that ends it; as plain text where that shows none. */
function answerTokens(loaded: LoadedModel, request: ScoreRequest, prompt: Token[], text: string): { tokens: Token[]; hasEnd: boolean } {
  const messages: Message[] = [...request.messages, { role: 'assistant', content: text }];
  const whole = chatTokens(loaded, { messages, tools: request.tools, addGenerationPrompt: false }).tokens;
  const behind = whole.slice(prompt.length);
  const end = behind.findIndex((token) => loaded.model.isEogToken(token));
  const isContinued = prompt.every((token, index) => whole[index] === token);
  if (isContinued && end > 0) return { tokens: behind.slice(0, end + 1), hasEnd: true };
  return { tokens: loaded.model.tokenize(text, false), hasEnd: false };
}
