import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface FakeTensor {
  name: string;
  shape: [number, number];
  values?: number[];
}

const prefix = 'base_model.model.model.layers.0.self_attn.q_proj';

/** A LoRA pair of rank 2 on a projection of 4 inputs and 6 outputs. */
export const loraPair: FakeTensor[] = [
  { name: `${prefix}.lora_A.weight`, shape: [2, 4] },
  { name: `${prefix}.lora_B.weight`, shape: [6, 2] },
];

/** Bytes of a safetensors file in F32 (https://github.com/huggingface/safetensors#format). */
export function safetensors(tensors: FakeTensor[]): Buffer {
  let end = 0;
  const header: Record<string, unknown> = {};
  const parts: Buffer[] = [];
  for (const { name, shape, values } of tensors) {
    const count = shape[0] * shape[1];
    const data = Buffer.from(Float32Array.from({ length: count }, (_, index) => values?.[index] ?? 0.5).buffer);
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + data.length] };
    end += data.length;
    parts.push(data);
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...parts]);
}

/** Writes an adapter's folder in PEFT's layout. */
export function writeAdapter(folder: string, options: { tensors?: FakeTensor[]; config?: Record<string, unknown>; weights?: Buffer } = {}): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'adapter_model.safetensors'), options.weights ?? safetensors(options.tensors ?? loraPair));
  const config = { peft_type: 'LORA', r: 2, lora_alpha: 4, target_modules: ['q_proj'], ...options.config };
  writeFileSync(path.join(folder, 'adapter_config.json'), JSON.stringify(config));
  return folder;
}
