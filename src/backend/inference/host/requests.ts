import type { Token } from 'node-llama-cpp';
import type { Message, ToolDefinition } from '../../../protocol/datasets.ts';
import { failure } from '../../../protocol/errors.ts';
import type { CompletionResult, HostRequest, InferenceTarget, LoadResult, RenderResult, Sampling } from '../../../protocol/inference.ts';
import { assertNever } from '../../../common/assertNever.ts';
import { renderChat, type ChatPiece } from './chatText.ts';
import { complete } from './completion.ts';
import type { Engine, LoadedModel } from './engine.ts';

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
    case 'chat': {
      const loaded = await engine.model(request.params.modelPath);
      const prompt = chatTokens(loaded, { ...request.params, addGenerationPrompt: true }).tokens;
      return await completeFrom(context, request.params, prompt, request.params.sampling);
    }
    case 'generate': {
      const { model } = await engine.model(request.params.modelPath);
      const size = model.fileInfo.metadata.tokenizer.ggml.tokens.length;
      const outside = request.params.tokens.find((token) => token >= size);
      if (outside !== undefined) throw failure('token_outside_vocabulary', `Token ${String(outside)} is not in the model’s vocabulary of ${String(size)}.`);
      return await completeFrom(context, request.params, request.params.tokens.map(toToken), request.params.sampling);
    }
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
  const { model, template } = await engine.model(modelPath);
  const { general, tokenizer } = model.fileInfo.metadata;
  return {
    architecture: general.architecture,
    name: general.name ?? null,
    contextLength: model.trainContextSize,
    sizeBytes: model.size,
    vocabularySize: tokenizer.ggml.tokens.length,
    hasTemplate: template !== null,
    gpu: engine.gpu,
    seconds: (performance.now() - started) / 1000,
  };
}

async function completeFrom(
  context: RequestContext,
  target: InferenceTarget,
  prompt: Token[],
  sampling: Sampling,
): Promise<CompletionResult> {
  const { model } = await context.engine.model(target.modelPath);
  const room = model.trainContextSize - prompt.length;
  // An answer may be cut at the model's limit, a prompt may not.
  const maxTokens = Math.max(1, Math.min(sampling.maxTokens, room));
  const llama = await context.engine.context(
    { modelPath: target.modelPath, adapterPath: target.adapterPath },
    prompt.length + maxTokens,
  );
  return await complete({ model, context: llama, prompt, sampling: { ...sampling, maxTokens }, signal: context.signal, onText: context.onText });
}

/** The chat as text and as tokens. No token is added to what the template writes, so that its own BOS is the only one. */
function chatTokens(
  loaded: LoadedModel,
  chat: { messages: Message[]; tools: ToolDefinition[]; addGenerationPrompt: boolean },
): { text: string; tokens: Token[] } {
  if (loaded.template === null) {
    throw failure('no_chat_template', `The model ${loaded.path} has no chat template.`, { hint: 'Ask an instruction-tuned model.' });
  }
  const pieces = renderChat({
    template: loaded.template,
    messages: chat.messages,
    tools: chat.tools,
    addGenerationPrompt: chat.addGenerationPrompt,
    controlTokens: [...loaded.controlTokens.keys()],
    bosToken: loaded.model.tokens.bosString,
    eosToken: loaded.model.tokens.eosString,
  });
  const tokens = pieces.flatMap((piece, index) => pieceTokens(loaded, piece, index === 0));
  return { text: pieces.map((piece) => piece.text).join(''), tokens };
}

function pieceTokens(loaded: LoadedModel, piece: ChatPiece, isFirst: boolean): Token[] {
  if (piece.kind === 'text') return loaded.model.tokenize(piece.text, false, isFirst ? undefined : 'trimLeadingSpace');
  const token = loaded.controlTokens.get(piece.text);
  return token === undefined ? [] : [token];
}

function toToken(value: number): Token {
  return value as Token;
}
