import type { DatasetFormat } from '../../../protocol/datasets.ts';
import type { Json } from '../../../protocol/json.ts';
import type { RowIssue } from './issues.ts';
import { rowIssue } from './issues.ts';
import { isObject } from './json.ts';

export interface Candidate {
  format: DatasetFormat;
  /** Sampled rows that have this shape. */
  rows: number;
}

/**
 * `format` is null when two formats explain the rows equally well: ask, `issue` says how. It is `none` when nothing
 * fits; `issue` then names the keys that were seen and a mapping to try.
 */
export interface Detection {
  format: DatasetFormat | null;
  candidates: Candidate[];
  keys: string[];
  issue: RowIssue | null;
}

/** Decides the format of a file from a sample of its rows (a few hundred are plenty). */
export function detectFormat(samples: readonly Json[]): Detection {
  const keys = new Set<string>();
  let chat = 0;
  let pairs = 0;
  for (const row of samples) {
    if (!isObject(row)) continue;
    for (const key of Object.keys(row)) keys.add(key);
    if (Array.isArray(row.messages)) chat += 1;
    else if ('prompt' in row && 'completion' in row) pairs += 1;
  }
  if (chat > 0 || pairs > 0) return { format: chat >= pairs ? 'openai_chat' : 'prompt_completion', candidates: [], keys: [...keys], issue: null };
  return { format: 'none', candidates: [], keys: [...keys], issue: rowIssue('format_none', 'No known format fits.') };
}
