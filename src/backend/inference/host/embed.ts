import type { Token } from 'node-llama-cpp';
import { failure } from '../../../protocol/errors.ts';
import type { EmbedResult } from '../../../protocol/inference.ts';
import type { Engine, LoadedModel } from './engine.ts';

/** In tokens, those that the model adds included: a text is read in one piece, so that its room is taken at once. */
const longestText = 2048;

/** Texts as vectors of length 1, one after the other. */
export async function embed(engine: Engine, request: { modelPath: string; texts: string[] }, signal: AbortSignal): Promise<EmbedResult> {
  const loaded = await engine.model(request.modelPath);
  if (!isEmbeddingModel(loaded)) {
    throw failure('not_an_embedding_model', `The model ${loaded.path} is made for answers: its vectors say little about meaning.`, {
      hint: 'Use an embedding model: “training model pull all-MiniLM-L6-v2” brings one, and any as GGUF will do.',
    });
  }
  const limit = Math.min(loaded.model.trainContextSize, longestText);
  // The library takes texts that are shorter than the context, by one token at least.
  const context = await engine.embeddingContext(request.modelPath, limit + 1);
  const vectors: number[][] = [];
  let tokens = 0;
  for (const [index, text] of request.texts.entries()) {
    signal.throwIfAborted();
    const input = tokensOf(loaded, text);
    const length = context.calculateInputLength(input);
    if (length > limit) {
      throw failure('text_too_long', `Text ${String(index + 1)} is ${String(length)} tokens long; the model takes ${String(limit)}.`, { hint: 'Cut it into pieces.' });
    }
    tokens += length;
    vectors.push(unit((await context.getEmbeddingFor(input)).vector));
  }
  return { vectors, tokens };
}

/** Encoders, and models whose file says how the states of a text become one vector (0: not at all, 4: a rank). */
export function isEmbeddingModel({ model }: LoadedModel): boolean {
  if (model.fileInsights.hasEncoder && !model.fileInsights.hasDecoder) return true;
  const pooling: unknown = model.fileInfo.architectureMetadata.pooling_type;
  return typeof pooling === 'number' && pooling >= 1 && pooling <= 3;
}

/** Without the tokens that the model wants around a text, which the library adds where they are not there. */
function tokensOf({ model, wordPiece }: LoadedModel, text: string): Token[] {
  const tokens = wordPiece === null ? model.tokenize(text) : wordPiece(text).map(toToken);
  // The library takes no text of no tokens, such as one of spaces: the first of those around it stands for it.
  const first = model.tokens.bos ?? model.tokens.eos;
  return tokens.length === 0 && first !== null ? [first] : tokens;
}

function toToken(value: number): Token {
  return value as Token;
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return length === 0 ? [...vector] : vector.map((value) => value / length);
}
