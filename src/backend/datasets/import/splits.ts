import type { Split } from '../../../protocol/datasets.ts';
import { DuplicateTable } from './duplicateTable.ts';

/** Shares of the splits; they add up to 1. */
export type SplitShares = Record<Split, number>;

export const defaultShares: SplitShares = { train: 0.8, validation: 0.1, test: 0.1 };

/** A split as the index stores it. */
export const splitCode: Record<Split, number> = { train: 0, validation: 1, test: 2 };

/** A prompt's split: its hash, mixed with the seed, as a place between 0 and 1. The same on every machine. */
export function splitOfPrompt(low: number, high: number, seed: number, shares: SplitShares): number {
  const place = placeOf(low, high, seed);
  if (place < shares.train) return splitCode.train;
  return place < shares.train + shares.validation ? splitCode.validation : splitCode.test;
}

/** Where a prompt lies in [0, 1). */
export function placeOf(low: number, high: number, seed: number): number {
  let mixed = Math.imul(low ^ (seed + 0x9e3779b9), 0x85ebca6b) ^ high;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296;
}

/** Prompts with the split that an earlier version gave them. */
export class Assignments {
  readonly #table = new DuplicateTable();
  #isEmpty = true;

  /** `prompt` is the 64-bit hash as the index has it. The first split that a prompt has counts. */
  add(prompt: bigint, split: number): void {
    const low = Number(BigInt.asUintN(32, prompt));
    const high = Number(BigInt.asUintN(32, prompt >> 32n));
    if (this.get(low, high) !== undefined) return;
    this.#table.add(low, high, split);
    this.#isEmpty = false;
  }

  get(low: number, high: number): number | undefined {
    if (this.#isEmpty) return undefined;
    const split = this.#table.find(low, high, () => true);
    return split < 0 ? undefined : split;
  }
}
