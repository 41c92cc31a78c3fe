import type { ControlledEvaluateIndexOutput, ControlledEvaluateInputItem, LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import type { TokenLogprob } from '../../../protocol/inference.ts';

export interface LogprobsInput {
  model: LlamaModel;
  /** Holds the prompt, and whatever else may be behind it. */
  sequence: LlamaContextSequence;
  prompt: readonly Token[];
  tokens: readonly Token[];
  alternatives: number;
  signal: AbortSignal;
}

/** Positions that are read at once: each keeps its logits over the whole vocabulary. */
const positionsAtOnce = 32;

/**
 * How likely the model finds given tokens behind a prompt. They are read in one pass over the text as it stands, so that
 * the figures are the model's own, whatever temperature, cut or grammar the tokens were chosen with.
 */
export async function logprobsOf(input: LogprobsInput): Promise<TokenLogprob[]> {
  const { model, sequence, prompt, tokens } = input;
  const last = prompt.at(-1);
  if (tokens.length === 0 || last === undefined) return [];
  await sequence.eraseContextTokenRanges([{ start: prompt.length - 1, end: sequence.nextTokenIndex }]);
  const includeTop = Math.max(1, input.alternatives);
  const found: TokenLogprob[] = [];
  for (let start = 0; start < tokens.length; start += positionsAtOnce) {
    input.signal.throwIfAborted();
    const wanted = tokens.slice(start, start + positionsAtOnce);
    const read = wanted.map((token, index): ControlledEvaluateInputItem => [
      tokens[start + index - 1] ?? last,
      { generateNext: { logits: { filter: { tokens: [token], includeTop } }, totalLogitWeight: true } },
    ]);
    const outputs = await sequence.controlledEvaluate(read);
    found.push(...wanted.map((token, index) => tokenLogprob(model, token, outputs[index], input.alternatives)));
  }
  return found;
}

function tokenLogprob(model: LlamaModel, token: Token, output: ControlledEvaluateIndexOutput | undefined, alternatives: number): TokenLogprob {
  const { logits, totalLogitWeight } = output?.next ?? {};
  const own = logits?.get(token);
  if (logits === undefined || totalLogitWeight === undefined || own === undefined) throw new Error('the model gave no logits for a position that was read for them');
  const likeliest = [...logits].sort(([, a], [, b]) => b - a);
  const [, highest] = likeliest[0] ?? [token, own];
  // The weight is the sum of exp(logit - highest) over the vocabulary.
  const logSum = highest + Math.log(totalLogitWeight);
  const chance = (id: Token, logit: number) => ({ tokenId: Number(id), text: model.detokenize([id], true), logprob: Math.min(0, logit - logSum) });
  return { ...chance(token, own), alternatives: likeliest.slice(0, alternatives).map(([id, logit]) => chance(id, logit)) };
}
