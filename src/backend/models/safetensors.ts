import { z } from 'zod';
import { usageError } from '../../protocol/errors.ts';
import { readRange } from '../platform/files.ts';

/** A tensor of a safetensors file: its name, element type and shape. */
export interface TensorInfo {
  name: string;
  dtype: string;
  shape: number[];
}

const entrySchema = z.object({ dtype: z.string(), shape: z.array(z.int().min(0)) });
const largestHeaderBytes = 100_000_000;

/**
 * The tensors that a safetensors file declares. Format: eight bytes little-endian header length, then JSON
 * (https://github.com/huggingface/safetensors#format); the format's own limit for the header is 100 MB.
 */
export function readSafetensorsHeader(file: string): TensorInfo[] {
  const prefix = readRange(file, 0, 8);
  const length = prefix.length === 8 ? prefix.readBigUInt64LE() : 0n;
  if (length < 2n || length > BigInt(largestHeaderBytes)) throw broken(file);
  let header: unknown;
  try {
    header = JSON.parse(readRange(file, 8, Number(length)).toString('utf8'));
  } catch (error) {
    throw broken(file, error);
  }
  const parsed = z.record(z.string(), z.unknown()).safeParse(header);
  if (!parsed.success) throw broken(file);
  return Object.entries(parsed.data).flatMap(([name, value]) => {
    if (name === '__metadata__') return [];
    const entry = entrySchema.safeParse(value);
    if (!entry.success) throw broken(file);
    return [{ name, ...entry.data }];
  });
}

function broken(file: string, cause?: unknown) {
  return usageError('model_damaged', `${file} is not a safetensors file, or is damaged.`, { hint: 'Fetch the model again.', cause });
}
