import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The shape of a folder with a base model: a real safetensors file of zeros, for what is read without a trainer. */
export interface ModelFolderOptions {
  layers?: number;
  config?: Record<string, unknown>;
  tokenizerConfig?: Record<string, unknown>;
  contextLength?: number;
}

const hidden = 8;
const intermediate = 16;

export function writeModelFolder(folder: string, options: ModelFolderOptions = {}): void {
  const layers = options.layers ?? 2;
  mkdirSync(folder, { recursive: true });
  const config = {
    architectures: ['LlamaForCausalLM'], model_type: 'llama', vocab_size: 100, hidden_size: hidden, intermediate_size: intermediate, num_hidden_layers: layers,
    num_attention_heads: 2, num_key_value_heads: 1, head_dim: 4, max_position_embeddings: options.contextLength ?? 512, ...options.config,
  };
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
  writeFileSync(path.join(folder, 'tokenizer.json'), '{}');
  writeFileSync(path.join(folder, 'tokenizer_config.json'), JSON.stringify({ chat_template: '{{ messages }}', ...options.tokenizerConfig }));
  writeFileSync(path.join(folder, 'model.safetensors'), safetensors(tensorsOf(layers)));
}

function tensorsOf(layers: number): Record<string, number[]> {
  const tensors: Record<string, number[]> = { 'model.embed_tokens.weight': [100, hidden], 'model.norm.weight': [hidden] };
  for (let layer = 0; layer < layers; layer += 1) {
    const at = `model.layers.${layer}`;
    tensors[`${at}.self_attn.q_proj.weight`] = [8, hidden];
    tensors[`${at}.self_attn.k_proj.weight`] = [4, hidden];
    tensors[`${at}.self_attn.v_proj.weight`] = [4, hidden];
    tensors[`${at}.self_attn.o_proj.weight`] = [hidden, 8];
    tensors[`${at}.mlp.gate_proj.weight`] = [intermediate, hidden];
    tensors[`${at}.mlp.up_proj.weight`] = [intermediate, hidden];
    tensors[`${at}.mlp.down_proj.weight`] = [hidden, intermediate];
    tensors[`${at}.input_layernorm.weight`] = [hidden];
  }
  return tensors;
}

function safetensors(tensors: Record<string, number[]>): Buffer {
  let end = 0;
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  for (const [name, shape] of Object.entries(tensors)) {
    const start = end;
    end += shape.reduce((product, side) => product * side, 4);
    header[name] = { dtype: 'F32', shape, data_offsets: [start, end] };
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(end)]);
}
