import path from 'node:path';
import { z } from 'zod';
import { usageError } from '../../protocol/errors.ts';
import type { ModelIdentity } from '../../protocol/runs.ts';
import { fileFacts, listFolder, readTextFile } from '../platform/files.ts';
import { cachedFileSha256, sha256Of } from '../platform/fileHash.ts';
import { readSafetensorsHeader, type TensorInfo } from './safetensors.ts';

/** The shape of a network, as far as the checks before a start and the memory estimate need it. */
interface ModelShape {
  layers: number;
  hiddenSize: number;
  intermediateSize: number;
  heads: number;
  keyValueHeads: number;
  headSize: number;
}

export interface BaseModel {
  identity: ModelIdentity;
  shape: ModelShape;
  /** Linear layers that an adapter can sit on: those of the decoder's layers, and an output layer of its own. */
  linearModules: readonly LinearModule[];
}

export interface LinearModule {
  /** Full name, such as `model.layers.0.self_attn.q_proj`. */
  name: string;
  /** Decoder layer, from 0; null for the output layer. */
  layer: number | null;
  inputs: number;
  outputs: number;
}

const size = z.int().positive();
const textConfigSchema = z.looseObject({
  vocab_size: size,
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: size.nullish(),
  head_dim: size.nullish(),
  max_position_embeddings: size,
});
const configSchema = z.looseObject({
  architectures: z.array(z.string()).min(1),
  auto_map: z.unknown().optional(),
  text_config: z.unknown().optional(),
});

/**
 * Reads a base model's folder without running anything of it: what it is, its shape, its hashes.
 * Refuses weights that are pickles and folders that ask for code of their own, because loading either runs that code.
 */
export async function readBaseModel(
  place: { id: string; folder: string; revision: string | null },
  cacheFolder: string,
  signal?: AbortSignal,
): Promise<BaseModel> {
  const { id, folder, revision } = place;
  const config = readConfig(folder);
  const tokenizerConfig = readJson(path.join(folder, 'tokenizer_config.json'));
  refuseCode(folder, config.auto_map ?? fieldOf(tokenizerConfig, 'auto_map'));
  const text = textConfigSchema.safeParse({ ...config, ...(isRecord(config.text_config) ? config.text_config : {}) });
  if (!text.success) {
    const [issue] = text.error.issues;
    throw usageError('model_unsupported', `${folder}: config.json has no usable ${issue?.path.join('.') ?? 'shape'}.`, {
      hint: 'Supported are causal language models like Llama, Qwen, Mistral and Gemma.',
    });
  }
  const weightFiles = findWeights(folder);
  const tensors = weightFiles.flatMap((name) => readSafetensorsHeader(path.join(folder, name)));
  const template = readTextFile(path.join(folder, 'chat_template.jinja')) ?? templateText(fieldOf(tokenizerConfig, 'chat_template'));
  const facts = text.data;
  return {
    identity: {
      id,
      path: folder,
      architecture: config.architectures[0] ?? '',
      revision,
      sha256: await weightsSha256(folder, weightFiles, cacheFolder, signal),
      tokenizerSha256: await tokenizerSha256(folder, cacheFolder, signal),
      templateSha256: template === null ? null : sha256Of(template),
      vocabularySize: facts.vocab_size,
      layers: facts.num_hidden_layers,
      contextLength: facts.max_position_embeddings,
      parameters: tensors.reduce((sum, tensor) => sum + tensor.shape.reduce((product, side) => product * side, 1), 0),
    },
    shape: {
      layers: facts.num_hidden_layers,
      hiddenSize: facts.hidden_size,
      intermediateSize: facts.intermediate_size,
      heads: facts.num_attention_heads,
      keyValueHeads: facts.num_key_value_heads ?? facts.num_attention_heads,
      headSize: facts.head_dim ?? Math.floor(facts.hidden_size / facts.num_attention_heads),
    },
    linearModules: listLinearModules(tensors),
  };
}

function readConfig(folder: string): z.infer<typeof configSchema> {
  const parsed = configSchema.safeParse(readJson(path.join(folder, 'config.json')));
  if (parsed.success) return parsed.data;
  throw usageError('model_not_a_model', `${folder} has no config.json of a language model.`, {
    hint: 'A model is a folder with config.json, tokenizer.json and *.safetensors.',
  });
}

function refuseCode(folder: string, autoMap: unknown): void {
  if (autoMap === undefined || autoMap === null) return;
  throw usageError('model_runs_code', `${folder} asks for program code of its own (auto_map); it is not loaded.`, {
    hint: 'Use a model that the transformers library supports by itself.',
  });
}

function findWeights(folder: string): string[] {
  const names = listFolder(folder);
  const weights = names.filter((name) => name.endsWith('.safetensors') && !name.startsWith('adapter_') && !name.startsWith('.'));
  if (weights.length > 0) return weights;
  const pickles = names.filter((name) => /\.(bin|pt|pth|ckpt|pkl|pickle)$/.test(name));
  if (pickles.length > 0) {
    throw usageError('model_pickle', `${folder} has its weights as a pickle (${pickles[0] ?? ''}), which can run code when loaded; it is refused.`, {
      hint: 'Use the same model as safetensors.',
    });
  }
  throw usageError('model_no_weights', `${folder} has no *.safetensors.`);
}

/** Over the sorted names and hashes of the weight files, one `name sha256` per line. */
async function weightsSha256(folder: string, names: readonly string[], cacheFolder: string, signal?: AbortSignal): Promise<string> {
  const lines: string[] = [];
  for (const name of names) lines.push(`${name} ${await cachedFileSha256(path.join(folder, name), cacheFolder, signal)}\n`);
  return sha256Of(lines.join(''));
}

async function tokenizerSha256(folder: string, cacheFolder: string, signal?: AbortSignal): Promise<string> {
  for (const name of ['tokenizer.json', 'tokenizer.model']) {
    if (fileFacts(path.join(folder, name)) !== null) return cachedFileSha256(path.join(folder, name), cacheFolder, signal);
  }
  throw usageError('model_no_tokenizer', `${folder} has neither tokenizer.json nor tokenizer.model.`);
}

/** Two-dimensional weights inside a numbered decoder layer are its linear layers. */
function listLinearModules(tensors: readonly TensorInfo[]): LinearModule[] {
  return tensors.flatMap((tensor) => {
    const match = /^(?:.*\.layers\.(\d+)\..+|(?:.*\.)?lm_head)\.weight$/.exec(tensor.name);
    const [outputs, inputs] = tensor.shape;
    if (match === null || inputs === undefined || outputs === undefined || tensor.shape.length !== 2) return [];
    const layer = match[1] === undefined ? null : Number(match[1]);
    return [{ name: tensor.name.slice(0, -'.weight'.length), layer, inputs, outputs }];
  });
}

function readJson(file: string): unknown {
  const text = readTextFile(file);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usageError('model_damaged', `${file} is not JSON.`, { cause: error });
  }
}

/** A template as text, or the default one of a named list. */
function templateText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return null;
  const found: unknown = value.find((entry) => fieldOf(entry, 'name') === 'default');
  const template = fieldOf(found, 'template');
  return typeof template === 'string' ? template : null;
}

function fieldOf(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
