import { createHash } from 'node:crypto';

const dimensions = 64;

/** A text as the sum of its words' directions: texts that share words are near each other, and the same is always the same. */
export function embed(text: string): number[] {
  const vector = Array.from({ length: dimensions }, () => 0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const bytes = createHash('sha512').update(word).digest();
    for (const [index, value] of vector.entries()) vector[index] = value + (bytes[index] ?? 0) / 127.5 - 1;
  }
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** As `encoding_format: base64` has it: little-endian 32-bit floats. */
export function toBase64(vector: readonly number[]): string {
  return Buffer.from(new Float32Array(vector).buffer).toString('base64');
}
