import { mostTextsAtOnce } from '../../protocol/inference.ts';
import type { InferenceClient } from './client.ts';

/** Any number of texts as vectors of length 1, in their order. Throws what `InferenceClient.embed` does. */
export async function embedTexts(client: InferenceClient, work: { modelPath: string; texts: readonly string[] }, signal: AbortSignal): Promise<number[][]> {
  const { modelPath, texts } = work;
  const found: number[][] = [];
  for (let start = 0; start < texts.length; start += mostTextsAtOnce) {
    const { vectors } = await client.embed({ modelPath, texts: texts.slice(start, start + mostTextsAtOnce) }, { signal });
    found.push(...vectors);
  }
  return found;
}
