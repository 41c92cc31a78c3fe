import type { Token } from 'node-llama-cpp';
import { failure } from '../../../protocol/errors.ts';
import type { ChatParams, ChatResult, HostRequest, InferenceTarget, LoadResult, RenderResult } from '../../../protocol/inference.ts';
import { assertNever } from '../../../common/assertNever.ts';
import { chatTokens } from './chatTokens.ts';
import { complete, type Completion, type CompletionInput } from './completion.ts';
import { embed, isEmbeddingModel } from './embed.ts';
import type { Engine } from './engine.ts';
import { responseForm } from './responseSchema.ts';
import { score } from './score.ts';
import { hasTools, toolCallForm } from './toolCalls.ts';

export interface RequestContext {
  engine: Engine;
  signal: AbortSignal;
  onText: (text: string) => void;
}

/** Answers one request; whatever it returns is the result. */
export async function answer(request: Exclude<HostRequest, { method: 'abort' }>, context: RequestContext): Promise<unknown> {
  const { engine } = context;
  switch (request.method) {
    case 'load':
      return await load(engine, request.params.modelPath);
    case 'chat':
      return await chat(context, request.params);
    case 'generate': {
      const { model } = await engine.model(request.params.modelPath);
      const size = model.fileInfo.metadata.tokenizer.ggml.tokens.length;
      const outside = request.params.tokens.find((token) => token >= size);
      if (outside !== undefined) throw failure('token_outside_vocabulary', `Token ${String(outside)} is not in the model’s vocabulary of ${String(size)}.`);
      const prompt = request.params.tokens.map(toToken);
      return (await completeFrom(context, { ...request.params, prompt, grammar: null, logprobs: null, held: null })).result;
    }
    case 'score':
      return await score(engine, request.params, context.signal);
    case 'embed':
      return await embed(engine, request.params, context.signal);
    case 'tokenize': {
      const { model } = await engine.model(request.params.modelPath);
      return { tokens: request.params.texts.map((text) => model.tokenize(text, false).map(Number)) };
    }
    case 'render': {
      const loaded = await engine.model(request.params.modelPath);
      const chats = request.params.chats.map((chat) => {
        const rendered = chatTokens(loaded, chat);
        return { text: rendered.text, tokens: rendered.tokens.map(Number) };
      });
      return { chats } satisfies RenderResult;
    }
    case 'stats':
      return engine.stats();
    default:
      return assertNever(request);
  }
}

async function load(engine: Engine, modelPath: string): Promise<LoadResult> {
  const started = performance.now();
  const loaded = await engine.model(modelPath);
  const { model, template } = loaded;
  const { general, tokenizer } = model.fileInfo.metadata;
  return {
    architecture: general.architecture,
    name: general.name ?? null,
    contextLength: model.trainContextSize,
    sizeBytes: model.size,
    vocabularySize: tokenizer.ggml.tokens.length,
    hasTemplate: template !== null,
    hasTools: template !== null && hasTools(template),
    isEmbedding: isEmbeddingModel(loaded),
    gpu: engine.gpu,
    seconds: (performance.now() - started) / 1000,
  };
}

async function chat(context: RequestContext, params: ChatParams): Promise<ChatResult> {
  const { engine } = context;
  const loaded = await engine.model(params.modelPath);
  if (params.tools.length > 0 && !hasTools(loaded.template ?? '')) {
    // It would answer as if there were none.
    throw failure('tools_unsupported', `The chat template of ${params.modelPath} shows the model no tools.`, { hint: 'Ask without tools, or ask another model.' });
  }
  const prompt = chatTokens(loaded, { ...params, addGenerationPrompt: true }).tokens;
  const form = params.responseSchema === null ? null : await responseForm(engine, params.responseSchema);
  const toolForm = params.tools.length === 0 || form !== null ? null : toolCallForm(loaded.template ?? '');
  const grammar = form?.grammar ?? null;
  const { result, rawText, release } = await completeFrom(context, { ...params, prompt, grammar, held: toolForm?.held ?? null });
  const called = toolForm?.read(rawText) ?? null;
  if (called !== null) return { ...result, ...called, schemaProblems: [] };
  release();
  return { ...result, toolCalls: [], schemaProblems: form === null || result.stop === 'length' ? [] : form.check(result.text) };
}

type CompletionRequest = Pick<CompletionInput, 'prompt' | 'sampling' | 'grammar' | 'logprobs' | 'held'> & InferenceTarget;

async function completeFrom(context: RequestContext, request: CompletionRequest): Promise<Completion> {
  const { modelPath, adapterPath, prompt, sampling } = request;
  const { model } = await context.engine.model(modelPath);
  const room = model.trainContextSize - prompt.length;
  // An answer may be cut at the model's limit, a prompt may not.
  const maxTokens = Math.max(1, Math.min(sampling.maxTokens, room));
  const llama = await context.engine.context({ modelPath, adapterPath }, prompt.length + maxTokens);
  const { grammar, logprobs, held } = request;
  return await complete({
    model, context: llama, prompt, sampling: { ...sampling, maxTokens }, grammar, logprobs, held, signal: context.signal, onText: context.onText,
  });
}

function toToken(value: number): Token {
  return value as Token;
}
