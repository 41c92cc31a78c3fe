import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { writeAdapter } from './adapterFiles.ts';

const configSchema = z.looseObject({ num_hidden_layers: z.int(), hidden_size: z.int(), num_attention_heads: z.int() });
const rank = 2;
/** Less of it leaves the answers of a small model as they are. */
const size = 0.6;

/**
 * A LoRA in PEFT's layout that fits a model of the Llama family: noise on every query projection, which no other seed
 * gives, so that its answers are its own. Untrained, because its point is which adapter answers.
 */
export function writeNoiseAdapter(folder: string, model: { id: string; folder: string }, seed: number): string {
  const config = configSchema.parse(JSON.parse(readFileSync(path.join(model.folder, 'config.json'), 'utf8')));
  const width = config.hidden_size;
  const noise = noiseOf(seed);
  const values = (count: number) => Array.from({ length: count }, () => noise() * size);
  const tensors = Array.from({ length: config.num_hidden_layers }, (_, layer) => `base_model.model.model.layers.${String(layer)}.self_attn.q_proj`).flatMap((prefix) => [
    { name: `${prefix}.lora_A.weight`, shape: [rank, width] as [number, number], values: values(rank * width) },
    { name: `${prefix}.lora_B.weight`, shape: [width, rank] as [number, number], values: values(rank * width) },
  ]);
  return writeAdapter(folder, { tensors, config: { r: rank, lora_alpha: rank, base_model_name_or_path: model.id } });
}

/** Numbers from -1 to 1 (Park and Miller, “Random number generators: good ones are hard to find”, 1988). */
function noiseOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state / 2_147_483_647) * 2 - 1;
  };
}
