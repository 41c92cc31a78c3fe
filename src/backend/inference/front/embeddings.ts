import { z } from 'zod';
import type { AnswerOptions, InferenceClient } from '../client.ts';
import { HttpProblem } from './problem.ts';
import type { ServedModel } from './servedModel.ts';

/** The body of POST /v1/embeddings; https://platform.openai.com/docs/api-reference/embeddings/create */
export const embeddingBodySchema = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2048)], { error: 'is a text or a list of texts, none of them empty' }),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.int().positive().nullish(),
});
export type EmbeddingBody = z.output<typeof embeddingBodySchema>;

/** The object of https://platform.openai.com/docs/api-reference/embeddings/object */
export async function embeddingList(client: InferenceClient, { modelPath }: ServedModel, body: EmbeddingBody, options: AnswerOptions) {
  const { vectors, tokens } = await client.embed({ modelPath, texts: [body.input].flat() }, options);
  requireLength(body.dimensions ?? null, vectors[0]?.length ?? 0);
  const write = (vector: number[]) => (body.encoding_format === 'base64' ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector);
  return { object: 'list', model: body.model, data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: write(vector) })), usage: { prompt_tokens: tokens, total_tokens: tokens } };
}

/** The beginning of a vector means something only where the model was trained so, which no file says. */
function requireLength(wanted: number | null, length: number): void {
  if (wanted === null || wanted === length) return;
  throw new HttpProblem(400, 'dimensions_unsupported', `The vectors of this model have ${String(length)} dimensions and can’t be shortened: leave dimensions out.`, 'dimensions');
}
