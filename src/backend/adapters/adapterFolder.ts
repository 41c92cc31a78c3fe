import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import path from 'node:path';
import { peftConfigSchema, type PeftConfig } from '../../protocol/adapters.ts';
import { usageError, type CampError } from '../../protocol/errors.ts';
import { listFolder, readRange, readTextFile } from '../platform/files.ts';
import { readFilePieces } from '../platform/filePieces.ts';
import { readSafetensorsHeader, type TensorInfo } from '../models/safetensors.ts';
import { NonFiniteSearch } from './nonFinite.ts';

export const weightsName = 'adapter_model.safetensors';
const configName = 'adapter_config.json';
const trainingName = 'training.json';
export const ggufName = 'adapter.gguf';

/** Files of PEFT's layout and ours; nothing else of a foreign folder is copied. */
export const adapterFiles = [weightsName, configName, trainingName, ggufName, 'README.md'] as const;

export interface AdapterFolder {
  folder: string;
  config: PeftConfig;
  tensors: TensorInfo[];
  /** Layers' modules that carry an adapter, such as q_proj. */
  modules: string[];
  sha256: string;
  ggufSha256: string | null;
  hasGguf: boolean;
  sizeBytes: number;
  /** training.json as it is; null where there is none. */
  training: unknown;
}

const largestAdapterBytes = 20 * 1024 ** 3;
const tensorPattern = /^base_model\.model\.(?:[A-Za-z0-9_]+\.)*layers\.(\d{1,4})\.(?:[A-Za-z0-9_]+\.)*([A-Za-z0-9_]+)\.lora_([AB])\.weight$/;
const bytesPerElement = { F32: 4, F16: 2, BF16: 2 };
type ElementType = keyof typeof bytesPerElement;

/**
 * Reads and checks an adapter's folder without running anything of it: safetensors only, plain files only, sizes as the
 * header says, every value finite, only LoRA matrices, the two of a pair fitting each other.
 */
export async function readAdapterFolder(folder: string, signal?: AbortSignal): Promise<AdapterFolder> {
  const names = listFolder(folder);
  refuseStrangers(folder, names);
  const config = readPeftConfig(folder);
  const weights = path.join(folder, weightsName);
  const sizeBytes = lstatSync(weights).size;
  if (sizeBytes > largestAdapterBytes) throw refused(folder, 'adapter_too_large', `${weightsName} is larger than ${String(largestAdapterBytes)} bytes`);
  const tensors = readSafetensorsHeader(weights);
  const modules = checkTensors(folder, tensors, config);
  const dtype = elementType(folder, tensors);
  checkSize(folder, tensors, dtype, sizeBytes);
  const gguf = names.includes(ggufName) ? path.join(folder, ggufName) : null;
  return {
    folder,
    config,
    tensors,
    modules,
    sha256: await hashFinite(weights, dtype, signal),
    ggufSha256: gguf === null ? null : await hashFile(gguf, signal),
    hasGguf: gguf !== null,
    sizeBytes: sizeBytes + (gguf === null ? 0 : lstatSync(gguf).size),
    training: readJson(folder, trainingName),
  };
}

/** SHA-256 of a file, in hexadecimal. */
export async function hashFile(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of readFilePieces(file, signal)) hash.update(piece);
  return hash.digest('hex');
}

function refuseStrangers(folder: string, names: string[]): void {
  if (!names.includes(weightsName)) {
    const pickle = names.find((name) => /\.(bin|pt|pth|ckpt|pkl|pickle)$/i.test(name));
    if (pickle !== undefined) {
      throw refused(folder, 'adapter_pickle', `its weights are a pickle (${pickle}), which can run code when loaded`, 'Save the adapter again as safetensors (PEFT’s default).');
    }
    throw refused(folder, 'adapter_incomplete', `it has no ${weightsName}`, 'An adapter is a folder in PEFT’s layout.');
  }
  for (const name of adapterFiles) {
    if (!names.includes(name)) continue;
    const facts = lstatSync(path.join(folder, name));
    if (!facts.isFile()) throw refused(folder, 'adapter_not_files', `${name} is a link or not a plain file`);
  }
}

function readPeftConfig(folder: string): PeftConfig {
  const value = readJson(folder, configName);
  if (value === null) throw refused(folder, 'adapter_incomplete', `it has no ${configName}`);
  const parsed = peftConfigSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refused(folder, 'adapter_unsupported', `${configName}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`, 'Only LoRA adapters are supported.');
  }
  if (parsed.data.auto_mapping !== undefined && parsed.data.auto_mapping !== null) {
    throw refused(folder, 'adapter_runs_code', `${configName} asks for program code of its own (auto_mapping)`);
  }
  return parsed.data;
}

function checkTensors(folder: string, tensors: TensorInfo[], config: PeftConfig): string[] {
  const modules = new Set<string>();
  const pairs = new Map<string, Set<string>>();
  for (const tensor of tensors) {
    const match = tensorPattern.exec(tensor.name);
    if (match === null) throw refused(folder, 'adapter_unsupported', `it has a tensor that is not a LoRA matrix of a layer: ${tensor.name}`);
    const side = match[3] ?? '';
    const rank = side === 'A' ? tensor.shape[0] : tensor.shape[1];
    if (tensor.shape.length !== 2 || rank === undefined || rank < 1) throw refused(folder, 'adapter_damaged', `${tensor.name} has the shape [${tensor.shape.join(', ')}]`);
    if (rank !== config.r && !('rank_pattern' in config && hasEntries(config['rank_pattern']))) {
      throw refused(folder, 'adapter_damaged', `${tensor.name} has rank ${String(rank)}, ${configName} says ${String(config.r)}`);
    }
    modules.add(match[2] ?? '');
    const pair = tensor.name.slice(0, -`lora_${side}.weight`.length);
    pairs.set(pair, (pairs.get(pair) ?? new Set()).add(side));
  }
  const single = [...pairs].find(([, sides]) => sides.size !== 2);
  if (single !== undefined) throw refused(folder, 'adapter_damaged', `${single[0]} has only one of its two matrices`);
  if (pairs.size === 0) throw refused(folder, 'adapter_damaged', 'it has no tensors');
  return [...modules].sort();
}

function elementType(folder: string, tensors: TensorInfo[]): ElementType {
  const [first, ...others] = new Set(tensors.map((tensor) => tensor.dtype));
  if (others.length === 0 && (first === 'F32' || first === 'F16' || first === 'BF16')) return first;
  throw refused(folder, 'adapter_unsupported', `its tensors are ${[first, ...others].join(', ')}; all must be F32, F16 or BF16`);
}

function checkSize(folder: string, tensors: TensorInfo[], dtype: ElementType, sizeBytes: number): void {
  const values = tensors.reduce((sum, tensor) => sum + tensor.shape.reduce((product, side) => product * side, 1), 0);
  const dataBytes = values * bytesPerElement[dtype];
  // Eight bytes say how long the header is, which comes before the data; a file that was cut or padded does not add up.
  const headerBytes = Number(readRange(path.join(folder, weightsName), 0, 8).readBigUInt64LE());
  if (8 + headerBytes + dataBytes !== sizeBytes) {
    throw refused(folder, 'adapter_damaged', `${weightsName} has ${String(sizeBytes)} bytes and should have ${String(8 + headerBytes + dataBytes)}`);
  }
}

async function hashFinite(file: string, dtype: ElementType, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const search = new NonFiniteSearch(dtype);
  for await (const piece of readFilePieces(file, signal)) {
    hash.update(piece);
    search.add(piece);
  }
  search.end();
  if (search.hasFound) throw refused(path.dirname(file), 'adapter_not_finite', 'it holds values that are not finite');
  return hash.digest('hex');
}

function readJson(folder: string, name: string): unknown {
  const text = readTextFile(path.join(folder, name));
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refused(folder, 'adapter_damaged', `${name} is not JSON`, undefined, error);
  }
}

function hasEntries(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function refused(folder: string, code: string, reason: string, hint?: string, cause?: unknown): CampError {
  return usageError(code, `The adapter in ${folder} is refused: ${reason}.`, { ...(hint === undefined ? {} : { hint }), cause });
}
