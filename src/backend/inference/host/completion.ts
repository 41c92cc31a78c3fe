import type { LlamaContext, LlamaContextSequence, LlamaGrammar, LlamaModel, Token } from 'node-llama-cpp';
import type { CompletionResult, Sampling } from '../../../protocol/inference.ts';
import { AnswerText, type HeldText } from './answerText.ts';
import { logprobsOf } from './logprobs.ts';

export interface CompletionInput {
  model: LlamaModel;
  context: LlamaContext;
  prompt: Token[];
  sampling: Sampling;
  /** What the answer follows; null is free text. */
  grammar: LlamaGrammar | null;
  /** How many alternatives to tell for each token; null leaves log-probabilities out. */
  logprobs: number | null;
  held: HeldText | null;
  signal: AbortSignal;
  /** Receives the answer as it grows. */
  onText: (text: string) => void;
}

export interface Completion {
  result: CompletionResult;
  /** The answer with the control tokens that its text leaves out. */
  rawText: string;
  /** Sends what was held back. */
  release: () => void;
}

/** Prompts are read in pieces of this many tokens, so that an abort never waits for a whole long prompt. */
const promptPiece = 64;

/** Continues a prompt until the model ends its answer, `maxTokens` is reached, or the signal aborts. */
export async function complete(input: CompletionInput): Promise<Completion> {
  const sequence = input.context.getSequence();
  try {
    return await run(input, sequence);
  } finally {
    await sequence.dispose();
  }
}

async function run(input: CompletionInput, sequence: LlamaContextSequence): Promise<Completion> {
  const { model, sampling, signal } = input;
  const started = performance.now();
  const lastPiece = await readPrompt({ sequence, prompt: input.prompt, signal });
  const tokens: Token[] = [];
  const text = new AnswerText({ model, stop: sampling.stop, held: input.held, onText: input.onText });
  let firstToken = started;
  let stop: CompletionResult['stop'] = 'stop';
  for await (const token of sequence.evaluate(lastPiece, await evaluateOptions(input))) {
    signal.throwIfAborted();
    if (tokens.length === 0) firstToken = performance.now();
    tokens.push(token);
    text.add(token);
    if (text.isStopped) break;
    if (tokens.length >= sampling.maxTokens) {
      stop = 'length';
      break;
    }
  }
  text.end();
  const ended = performance.now();
  // The first token belongs to reading the prompt, so the rate is that of the others.
  const rate = tokens.length > 1 && ended > firstToken ? ((tokens.length - 1) * 1000) / (ended - firstToken) : 0;
  const textTokens = tokens.slice(0, text.isStopped ? text.tokenCount : tokens.length);
  const logprobs =
    input.logprobs === null ? null : await logprobsOf({ model, sequence, prompt: input.prompt, tokens: textTokens, alternatives: input.logprobs, signal });
  const result = {
    text: text.text,
    tokenIds: tokens.map(Number),
    promptTokens: input.prompt.length,
    stop,
    firstTokenSeconds: (firstToken - started) / 1000,
    seconds: (performance.now() - started) / 1000,
    tokensPerSecond: rate,
    logprobs,
  };
  return { result, rawText: model.detokenize(textTokens, true), release: () => text.release() };
}

async function evaluateOptions({ model, grammar, sampling }: CompletionInput) {
  const { temperature, topP, topK, seed } = sampling;
  const options = { temperature, topP, topK, seed };
  if (grammar === null) return options;
  const { LlamaGrammarEvaluationState } = await import('node-llama-cpp');
  return { ...options, grammarEvaluationState: new LlamaGrammarEvaluationState({ model, grammar }) };
}

/** Reads a prompt but for its last piece, which is answered. */
export async function readPrompt(input: { sequence: LlamaContextSequence; prompt: Token[]; signal: AbortSignal }): Promise<Token[]> {
  let start = 0;
  for (; input.prompt.length - start > promptPiece; start += promptPiece) {
    input.signal.throwIfAborted();
    await input.sequence.evaluateWithoutGeneratingNewTokens(input.prompt.slice(start, start + promptPiece));
  }
  input.signal.throwIfAborted();
  return input.prompt.slice(start);
}
