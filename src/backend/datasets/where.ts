import { splitSchema } from '../../protocol/datasets.ts';
import { usageError } from '../../protocol/errors.ts';
import type { Bound, RowFilter } from '../store/datasetIndex.ts';

/** `--where`: conditions that the index answers, and one on the row itself. */
export interface Where {
  filter: RowFilter;
  /** What the row must contain; empty where the text of a row need not be read to decide. */
  texts: readonly string[];
}

/**
 * Conditions joined by commas: `split=test`, `quality<5`, `tokens>=100`, `turns=2`, `line=17`, `file=a.jsonl`,
 * `text~refund` (contains, without case).
 */
export function parseWhere(text: string): Where {
  const filter: RowFilter = {};
  const bounds: Bound[] = [];
  const texts: string[] = [];
  for (const part of text.split(',').map((piece) => piece.trim()).filter((piece) => piece !== '')) {
    const match = /^(split|quality|tokens|turns|line|file|text)\s*(<=|>=|<|>|=|~)\s*(.+)$/.exec(part);
    const [, name, operator, value] = match ?? [];
    if (name === undefined || operator === undefined || value === undefined) throw badWhere(part);
    if (name === 'split') {
      const split = splitSchema.safeParse(value);
      if (operator !== '=' || !split.success) throw badWhere(part);
      filter.split = split.data;
    } else if (name === 'text') {
      if (operator !== '~') throw badWhere(part);
      texts.push(value);
    } else if (name === 'file') {
      if (operator !== '=') throw badWhere(part);
      filter.file = value;
    } else {
      const limit = Number(value);
      if (!isColumn(name) || !isOperator(operator) || !Number.isFinite(limit)) throw badWhere(part);
      bounds.push({ column: name, operator, value: limit });
    }
  }
  return { filter: { ...filter, bounds }, texts };
}

function isColumn(name: string): name is Bound['column'] {
  return ['quality', 'tokens', 'turns', 'line'].includes(name);
}

function isOperator(operator: string): operator is Bound['operator'] {
  return operator !== '~';
}

function badWhere(part: string): Error {
  return usageError('where', `--where does not understand “${part}”.`, {
    hint: 'Write conditions such as split=test, quality<5, tokens>=100, turns=2, line=17, file=a.jsonl, text~refund; join them with commas.',
  });
}
