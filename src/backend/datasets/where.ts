import { splitSchema, type DatasetRow } from '../../protocol/datasets.ts';
import { usageError } from '../../protocol/errors.ts';
import type { IndexedRow, RowFilter } from '../store/datasetIndex.ts';

/** `--where`: conditions that the index answers, and one on the row itself. */
export interface Where {
  filter: RowFilter;
  matchesFacts: (row: IndexedRow) => boolean;
  /** Null where the text of a row need not be read to decide. */
  matchesText: ((row: DatasetRow) => boolean) | null;
}

type Comparison = (value: number) => boolean;

/**
 * Conditions joined by commas: `split=test`, `quality<5`, `tokens>=100`, `turns=2`, `line=17`, `file=a.jsonl`,
 * `text~refund` (contains, without case).
 */
export function parseWhere(text: string): Where {
  const where: Where = { filter: {}, matchesFacts: () => true, matchesText: null };
  const facts: ((row: IndexedRow) => boolean)[] = [];
  for (const part of text.split(',').map((piece) => piece.trim()).filter((piece) => piece !== '')) {
    const match = /^(split|quality|tokens|turns|line|file|text)\s*(<=|>=|<|>|=|~)\s*(.+)$/.exec(part);
    const [, name, operator, value] = match ?? [];
    if (name === undefined || operator === undefined || value === undefined) throw badWhere(part);
    if (name === 'split') {
      const split = splitSchema.safeParse(value);
      if (operator !== '=' || !split.success) throw badWhere(part);
      where.filter.split = split.data;
    } else if (name === 'text') {
      if (operator !== '~') throw badWhere(part);
      const wanted = value.toLowerCase();
      where.matchesText = (row) => JSON.stringify(row).toLowerCase().includes(wanted);
    } else if (name === 'file') {
      if (operator !== '=') throw badWhere(part);
      facts.push((row) => row.file === value);
    } else {
      const compare = comparison(operator, Number(value));
      if (compare === null) throw badWhere(part);
      facts.push((row) => compare(name === 'quality' ? row.quality : name === 'tokens' ? row.tokens : name === 'turns' ? row.turns : row.line));
    }
  }
  where.matchesFacts = (row) => facts.every((fact) => fact(row));
  return where;
}

function comparison(operator: string, limit: number): Comparison | null {
  if (!Number.isFinite(limit)) return null;
  switch (operator) {
    case '<': return (value) => value < limit;
    case '<=': return (value) => value <= limit;
    case '>': return (value) => value > limit;
    case '>=': return (value) => value >= limit;
    case '=': return (value) => value === limit;
    default: return null;
  }
}

function badWhere(part: string): Error {
  return usageError('where', `--where does not understand “${part}”.`, {
    hint: 'Write conditions such as split=test, quality<5, tokens>=100, turns=2, line=17, file=a.jsonl, text~refund; join them with commas.',
  });
}
