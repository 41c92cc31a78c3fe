import type { LlamaContext, LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import type { CompletionResult, Sampling } from '../../../protocol/inference.ts';

export interface CompletionInput {
  model: LlamaModel;
  context: LlamaContext;
  prompt: Token[];
  sampling: Sampling;
  signal: AbortSignal;
  /** Receives the answer as it grows, cut only between whole characters. */
  onText: (text: string) => void;
}

/** Prompts are read in pieces of this many tokens, so that an abort never waits for a whole long prompt. */
const promptPiece = 64;

/** Continues a prompt until the model ends its answer, `maxTokens` is reached, or the signal aborts. */
export async function complete(input: CompletionInput): Promise<CompletionResult> {
  const sequence = input.context.getSequence();
  try {
    return await run(input, sequence);
  } finally {
    await sequence.dispose();
  }
}

async function run(input: CompletionInput, sequence: LlamaContextSequence): Promise<CompletionResult> {
  const { sampling, signal } = input;
  const started = performance.now();
  const lastPiece = await readPrompt(input, sequence);
  const tokens: Token[] = [];
  const writer = new TextWriter(input.model, input.onText);
  let firstToken = started;
  let stop: CompletionResult['stop'] = 'stop';
  const options = { temperature: sampling.temperature, topP: sampling.topP, seed: sampling.seed };
  for await (const token of sequence.evaluate(lastPiece, options)) {
    signal.throwIfAborted();
    if (tokens.length === 0) firstToken = performance.now();
    tokens.push(token);
    writer.add(token);
    if (tokens.length >= sampling.maxTokens) {
      stop = 'length';
      break;
    }
  }
  writer.end();
  const ended = performance.now();
  // The first token belongs to reading the prompt, so the rate is that of the others.
  const rate = tokens.length > 1 && ended > firstToken ? ((tokens.length - 1) * 1000) / (ended - firstToken) : 0;
  return {
    text: writer.text,
    tokenIds: tokens.map(Number),
    promptTokens: input.prompt.length,
    stop,
    firstTokenSeconds: (firstToken - started) / 1000,
    seconds: (ended - started) / 1000,
    tokensPerSecond: rate,
  };
}

async function readPrompt(input: CompletionInput, sequence: LlamaContextSequence): Promise<Token[]> {
  let start = 0;
  for (; input.prompt.length - start > promptPiece; start += promptPiece) {
    input.signal.throwIfAborted();
    await sequence.evaluateWithoutGeneratingNewTokens(input.prompt.slice(start, start + promptPiece));
  }
  input.signal.throwIfAborted();
  return input.prompt.slice(start);
}

/** Turns tokens into text. A character may span tokens: what is not yet a whole one waits. */
class TextWriter {
  text = '';
  readonly #model: LlamaModel;
  readonly #onText: (text: string) => void;
  #written: Token[] = [];
  #waiting: Token[] = [];

  constructor(model: LlamaModel, onText: (text: string) => void) {
    this.#model = model;
    this.#onText = onText;
  }

  add(token: Token): void {
    this.#waiting.push(token);
    const text = this.#waitingText();
    // No character takes more than four bytes, so a longer wait is for bytes that never become one.
    if (text.endsWith('\ufffd') && this.#waiting.length < 4) return;
    this.#write(text);
  }

  end(): void {
    if (this.#waiting.length > 0) this.#write(this.#waitingText());
  }

  #waitingText(): string {
    return this.#model.detokenize(this.#waiting, false, this.#written);
  }

  #write(text: string): void {
    this.#written = [...this.#written, ...this.#waiting].slice(-8);
    this.#waiting = [];
    this.text += text;
    if (text !== '') this.#onText(text);
  }
}
