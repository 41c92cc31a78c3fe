import type { Llama, LlamaContext, LlamaEmbeddingContext, LlamaGrammar, LlamaModel, Token } from 'node-llama-cpp';
import { failure } from '../../../protocol/errors.ts';
import type { InferenceStats, InferenceTarget } from '../../../protocol/inference.ts';
import { LeastRecentlyUsed } from './leastRecentlyUsed.ts';
import { makeWordPiece } from './wordPiece.ts';

export interface EngineOptions {
  /** False keeps everything on the CPU; true takes a GPU where a prebuilt library for it is installed. */
  wantsGpu: boolean;
  threads: number;
}

export interface LoadedModel {
  path: string;
  model: LlamaModel;
  template: string | null;
  /** Text of every control token, to its id. */
  controlTokens: Map<string, Token>;
  /** Text to tokens where the model is of BERT's kind; others are left to llama.cpp. */
  wordPiece: ((text: string) => number[]) | null;
}

interface OpenContext {
  target: InferenceTarget;
  context: LlamaContext;
}

const modelLimit = 2;
const contextLimit = 4;
const embeddingContextLimit = 1;
const contextStep = 1024;
/** llama.cpp's, where a file of BERT's kind names none. */
const bertUnknown = 100;

/** The loaded models and contexts of one host. Callers take turns: nothing here is safe to use twice at once. */
export class Engine {
  readonly #options: EngineOptions;
  #llama: Llama | undefined;
  #loads = 0;
  readonly #contexts = new LeastRecentlyUsed<OpenContext>(contextLimit, (open) => open.context.dispose());
  readonly #embeddings = new LeastRecentlyUsed<LlamaEmbeddingContext>(embeddingContextLimit, (context) => context.dispose());
  readonly #models = new LeastRecentlyUsed<LoadedModel>(modelLimit, async (loaded) => {
    await this.#contexts.removeWhere((key) => key.startsWith(contextPrefix(loaded.path)));
    await this.#embeddings.remove(loaded.path);
    await loaded.model.dispose();
  });

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  get gpu(): string | null {
    return this.#llama === undefined || this.#llama.gpu === false ? null : this.#llama.gpu;
  }

  async model(modelPath: string): Promise<LoadedModel> {
    return await this.#models.take(modelPath, () => true, async () => {
      const llama = await this.#start();
      this.#loads += 1;
      try {
        const model = await llama.loadModel({ modelPath });
        return { path: modelPath, model, template: model.fileInfo.metadata.tokenizer.chat_template ?? null, controlTokens: controlTokensOf(model), wordPiece: wordPieceOf(model) };
      } catch (error) {
        throw failure('model_load_failed', `The model ${modelPath} could not be loaded: ${messageOf(error)}`, {
          hint: 'It must be a GGUF file of an architecture that llama.cpp knows, and fit into memory.',
          cause: error,
        });
      }
    });
  }

  /** An empty sequence of at least `neededTokens`, with the target's adapter on it. */
  async context(target: InferenceTarget, neededTokens: number): Promise<LlamaContext> {
    const { model } = await this.model(target.modelPath);
    const limit = model.trainContextSize;
    if (neededTokens > limit) {
      throw failure('context_overflow', `This needs ${String(neededTokens)} tokens; the model takes ${String(limit)}.`, {
        hint: 'Shorten the prompt, or lower --max-tokens.',
      });
    }
    const contextSize = Math.min(limit, Math.ceil(neededTokens / contextStep) * contextStep);
    const key = contextPrefix(target.modelPath) + (target.adapterPath ?? '');
    const open = await this.#contexts.take(key, (existing) => existing.context.contextSize >= neededTokens, async () => {
      try {
        const context = await model.createContext({
          contextSize,
          threads: this.#options.threads,
          ...(target.adapterPath === null ? {} : { lora: target.adapterPath }),
        });
        return { target, context };
      } catch (error) {
        throw contextFailure(target, error);
      }
    });
    return open.context;
  }

  /** For texts of up to `contextSize` tokens, each read at once. */
  async embeddingContext(modelPath: string, contextSize: number): Promise<LlamaEmbeddingContext> {
    const { model } = await this.model(modelPath);
    return await this.#embeddings.take(modelPath, () => true, async () => {
      try {
        return await model.createEmbeddingContext({ contextSize, batchSize: contextSize, threads: this.#options.threads });
      } catch (error) {
        throw contextFailure({ modelPath, adapterPath: null }, error);
      }
    });
  }

  /** A grammar in llama.cpp's notation. */
  async grammar(gbnf: string): Promise<LlamaGrammar> {
    return await (await this.#start()).createGrammar({ grammar: gbnf });
  }

  stats(): InferenceStats {
    return {
      rssBytes: process.memoryUsage.rss(),
      models: this.#models.values().map((loaded) => loaded.path),
      contexts: this.#contexts.values().map((open) => ({ ...open.target, contextSize: open.context.contextSize })),
      loads: this.#loads,
      hits: this.#contexts.hits,
      evictions: this.#contexts.evictions + this.#models.evictions,
    };
  }

  async #start(): Promise<Llama> {
    if (this.#llama !== undefined) return this.#llama;
    const { getLlama, LlamaLogLevel } = await import('node-llama-cpp');
    try {
      this.#llama = await getLlama({
        gpu: this.#options.wantsGpu ? 'auto' : false,
        // Otherwise it would try to compile llama.cpp, for minutes and with tools that may not be there.
        build: 'never',
        progressLogs: false,
        logLevel: LlamaLogLevel.error,
        logger: (_level, message) => void process.stderr.write(`${message}\n`),
      });
    } catch (error) {
      throw failure('inference_unavailable', `The inference library does not start here: ${messageOf(error)}`, {
        hint: '“Run Doctor” in the editor, or training doctor, shows whether the prebuilt library for this platform is installed.',
        cause: error,
      });
    }
    return this.#llama;
  }
}

function contextPrefix(modelPath: string): string {
  return `${modelPath}\u0000`;
}

function controlTokensOf(model: LlamaModel): Map<string, Token> {
  const found = new Map<string, Token>();
  for (const token of model.iterateAllTokens()) {
    if (!model.isSpecialToken(token)) continue;
    const text = model.detokenize([token], true);
    const [back, ...more] = model.tokenize(text, true);
    if (text !== '' && back === token && more.length === 0) found.set(text, token);
  }
  return found;
}

function wordPieceOf({ fileInfo }: LlamaModel): LoadedModel['wordPiece'] {
  const { model, tokens, unknown_token_id } = fileInfo.metadata.tokenizer.ggml;
  return model === 'bert' ? makeWordPiece(tokens, unknown_token_id ?? bertUnknown) : null;
}

function contextFailure(target: InferenceTarget, error: unknown): Error {
  if (target.adapterPath === null) {
    return failure('context_failed', `No context could be made: ${messageOf(error)}`, { hint: 'There may be too little memory.', cause: error });
  }
  return failure('adapter_load_failed', `The adapter ${target.adapterPath} does not load on this model: ${messageOf(error)}`, {
    hint: 'An adapter fits only the model it was trained on.',
    cause: error,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
