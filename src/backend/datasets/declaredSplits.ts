import type { Split } from '../../protocol/datasets.ts';
import { defaultShares, splitCode, type SplitShares } from './import/splits.ts';

const words: Record<Split, readonly string[]> = {
  train: ['train', 'training'],
  validation: ['validation', 'valid', 'val', 'dev', 'eval'],
  test: ['test', 'testing'],
};

/**
 * The splits that files declare by their names, as datasets are commonly laid out: train.jsonl, validation.jsonl,
 * test-00000-of-00002.parquet. Only where every file does and they differ, and no other shares were asked for; else null.
 * One code per file.
 */
export function declaredSplits(names: readonly string[], shares: SplitShares): number[] | null {
  const isDefault = (['train', 'validation', 'test'] as const).every((split) => shares[split] === defaultShares[split]);
  if (!isDefault) return null;
  const splits = names.map(splitOfName);
  const known = splits.filter((split) => split !== null);
  if (known.length !== names.length || new Set(known).size < 2) return null;
  return known.map((split) => splitCode[split]);
}

function splitOfName(name: string): Split | null {
  const stem = name.split(/[\\/]/).at(-1)?.toLowerCase() ?? '';
  const first = /^[a-z]+(?=[-_.]|$)/.exec(stem)?.[0] ?? '';
  return (['train', 'validation', 'test'] as const).find((split) => words[split].includes(first)) ?? null;
}
