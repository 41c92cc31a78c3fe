import type { DatasetFormat } from '../../../protocol/datasets.ts';
import type { Json } from '../../../protocol/json.ts';
import { makeRowContext } from './context.ts';
import { rowIssue, type RowIssue } from './issues.ts';
import { isObject } from './json.ts';
import { formatOfMapping, mapRow, noMapping, type Mapping } from './mapping.ts';
import { isTreeNode, scoreFormats } from './shapes.ts';
import { suggestMapping } from './suggestMapping.ts';

interface Candidate {
  format: DatasetFormat;
  /** Sampled rows that have this shape. */
  rows: number;
  score: number;
}

/**
 * `format` is null when two formats explain the rows equally well: ask, `issue` says how. It is `none` when nothing
 * fits; `issue` then names the keys that were seen and a mapping to try.
 */
export interface Detection {
  format: DatasetFormat | null;
  candidates: Candidate[];
  /** Keys of the sampled rows, in the order they came. */
  keys: string[];
  issue: RowIssue | null;
}

/** Decides the format of a file from a sample of its rows (a few hundred are plenty). Null values count as absent. */
export function detectFormat(samples: readonly Json[], mapping: Mapping = noMapping): Detection {
  const keys = new Set<string>();
  const totals = new Map<DatasetFormat, Candidate>();
  for (const sample of samples) {
    if (isObject(sample)) {
      for (const key of Object.keys(sample)) keys.add(key);
      if (isTreeNode(sample)) continue;
    }
    for (const [format, score] of scoreFormats(withoutNulls(mapped(sample, mapping)))) {
      const known = totals.get(format) ?? { format, rows: 0, score: 0 };
      totals.set(format, { format, rows: known.rows + 1, score: known.score + score });
    }
  }
  const candidates = mergeToolFormats([...totals.values()]).sort((left, right) => right.score - left.score || left.format.localeCompare(right.format));
  const seen = [...keys];
  const [first, second] = candidates;
  const implied = formatOfMapping(mapping);
  if (implied !== null) return { format: impliedFormat(implied, first), candidates, keys: seen, issue: null };
  if (first === undefined) return { format: 'none', candidates, keys: seen, issue: noneIssue(samples, seen) };
  if (second !== undefined && second.score === first.score) {
    const tied = candidates.filter((candidate) => candidate.score === first.score).map((candidate) => candidate.format);
    return { format: null, candidates, keys: seen, issue: ambiguousIssue(tied) };
  }
  return { format: first.format, candidates, keys: seen, issue: null };
}

function mapped(sample: Json, mapping: Mapping): Json {
  if (mapping.size === 0) return sample;
  return mapRow(sample, mapping, makeRowContext())?.row ?? sample;
}

/** Columns of a Parquet or CSV file exist in every row; an empty one says nothing. */
function withoutNulls(row: Json): Json {
  if (!isObject(row) || !Object.values(row).includes(null)) return row;
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}

/** Rows with tools and rows without are one format: that with tools. */
function mergeToolFormats(candidates: Candidate[]): Candidate[] {
  const merged = new Map(candidates.map((candidate) => [candidate.format, candidate]));
  for (const [plain, withTools] of [['openai_chat', 'openai_chat_tools'], ['sharegpt', 'sharegpt_tools'], ['preference_strings', 'preference_messages']] as const) {
    const from = merged.get(plain);
    const into = merged.get(withTools);
    if (from === undefined || into === undefined) continue;
    merged.delete(plain);
    merged.set(withTools, { format: withTools, rows: from.rows + into.rows, score: from.score + into.score });
  }
  return [...merged.values()];
}

/** The mapping decides what kind of rows these are; the rows decide between the flavours of that kind. */
function impliedFormat(implied: DatasetFormat, best: Candidate | undefined): DatasetFormat {
  const flavours = implied === 'openai_chat' ? ['openai_chat', 'openai_chat_tools', 'sharegpt', 'sharegpt_tools'] : ['preference_strings', 'preference_messages'];
  return best !== undefined && flavours.includes(implied) && flavours.includes(best.format) ? best.format : implied;
}

function ambiguousIssue(tied: readonly DatasetFormat[]): RowIssue {
  return rowIssue('format_ambiguous', `The rows fit ${tied.join(' and ')} equally well.`, {
    fix: `Choose with ${tied.map((format) => `--format ${format}`).join(' or ')}, or name the columns with --map.`,
  });
}

function noneIssue(samples: readonly Json[], keys: readonly string[]): RowIssue {
  if (samples.some((sample) => isObject(sample) && isTreeNode(sample))) {
    return rowIssue('format_none', 'Each row is one message of a tree (parent_id): no row is a conversation.', {
      fix: 'Join the messages along parent_id into conversations first, one per row.',
    });
  }
  if (keys.length === 0) return rowIssue('format_none', 'There are no rows with columns.', { fix: 'Use a file with one object per row.' });
  const shown = keys.slice(0, 20).map((key) => JSON.stringify(key.slice(0, 60))).join(', ');
  const more = keys.length > 20 ? ` and ${String(keys.length - 20)} more` : '';
  return rowIssue('format_none', `No known format has these columns: ${shown}${more}.`, { fix: suggestMapping(samples, keys) });
}
