import type { DatasetDiff } from '../../protocol/datasetResults.ts';
import type { DatasetRow, Message } from '../../protocol/datasets.ts';
import type { DatasetVersion } from '../store/datasets.ts';
import type { IndexedRow } from '../store/datasetIndex.ts';
import { turnText } from './import/normalRow.ts';
import { RowsReader } from './rowsReader.ts';

/**
 * Compares two versions, of one dataset or of two. Rows with the same bytes are the same; what is left is matched by
 * key in order, and the rest was added or removed. Every step treats both sides alike, so that the diff mirrors.
 */
export function diffVersions(before: DatasetVersion, after: DatasetVersion, limit: number): DatasetDiff {
  const old = new RowsReader(before.path);
  try {
    const young = new RowsReader(after.path);
    try {
      return compare(before, after, { old, young, limit });
    } finally {
      young.close();
    }
  } finally {
    old.close();
  }
}

function compare(before: DatasetVersion, after: DatasetVersion, init: { old: RowsReader; young: RowsReader; limit: number }): DatasetDiff {
  const { old, young, limit } = init;
  const left = rowsByKey(old);
  const right = rowsByKey(young);
  const diff: DatasetDiff = {
    before: side(before),
    after: side(after),
    counts: { same: 0, added: 0, removed: 0, changed: 0, splitMoved: 0 },
    added: [],
    removed: [],
    changed: [],
  };
  const removed: IndexedRow[] = [];
  const added: IndexedRow[] = [];
  const changed: [IndexedRow, IndexedRow][] = [];
  for (const [key, oldRows] of left) {
    const matched = matchRows(oldRows, right.get(key) ?? [], init);
    right.delete(key);
    diff.counts.same += matched.same.length;
    diff.counts.splitMoved += matched.same.filter(([a, b]) => a.split !== b.split).length;
    removed.push(...matched.removed);
    added.push(...matched.added);
    changed.push(...matched.changed);
  }
  for (const rows of right.values()) added.push(...rows);
  diff.counts.added = added.length;
  diff.counts.removed = removed.length;
  diff.counts.changed = changed.length;
  const inOrder = (a: IndexedRow, b: IndexedRow): number => a.row - b.row;
  diff.added = added.sort(inOrder).slice(0, limit).map((row) => shown(young, row));
  diff.removed = removed.sort(inOrder).slice(0, limit).map((row) => shown(old, row));
  diff.changed = changed
    .sort((a, b) => a[0].row + a[1].row - b[0].row - b[1].row || Math.min(a[0].row, a[1].row) - Math.min(b[0].row, b[1].row))
    .slice(0, limit)
    .map(([a, b]) => ({ beforeRow: a.row + 1, afterRow: b.row + 1, ...changesOf(old.row(a), young.row(b)) }));
  return diff;
}

interface Matched {
  same: [IndexedRow, IndexedRow][];
  changed: [IndexedRow, IndexedRow][];
  added: IndexedRow[];
  removed: IndexedRow[];
}

function matchRows(oldRows: IndexedRow[], youngRows: IndexedRow[], init: { old: RowsReader; young: RowsReader }): Matched {
  const matched: Matched = { same: [], changed: [], added: [], removed: [] };
  const open = [...youngRows];
  const left: IndexedRow[] = [];
  for (const row of oldRows) {
    const at = open.findIndex((other) => other.hash === row.hash && other.length === row.length && init.old.bytes(row).equals(init.young.bytes(other)));
    const [same] = at < 0 ? [] : open.splice(at, 1);
    if (same === undefined) left.push(row);
    else matched.same.push([row, same]);
  }
  left.forEach((row, index) => {
    const other = open[index];
    if (other === undefined) matched.removed.push(row);
    else matched.changed.push([row, other]);
  });
  matched.added.push(...open.slice(left.length));
  return matched;
}

function rowsByKey(reader: RowsReader): Map<bigint, IndexedRow[]> {
  const rows = new Map<bigint, IndexedRow[]>();
  for (const row of reader.index.rows()) {
    const known = rows.get(row.key);
    if (known === undefined) rows.set(row.key, [row]);
    else known.push(row);
  }
  return rows;
}

function changesOf(before: DatasetRow, after: DatasetRow): Pick<DatasetDiff['changed'][number], 'turns' | 'fields'> {
  const old = turnsOf(before);
  const young = turnsOf(after);
  const turns: DatasetDiff['changed'][number]['turns'] = [];
  for (let index = 0; index < Math.max(old.length, young.length); index++) {
    const a = old[index] ?? null;
    const b = young[index] ?? null;
    if (JSON.stringify(a) !== JSON.stringify(b)) turns.push({ turn: index + 1, before: a && { role: a.role, text: a.text }, after: b && { role: b.role, text: b.text } });
  }
  const fields = ['kind', 'id', 'tools', 'meta', 'label'].filter((field) => fieldText(before, field) !== fieldText(after, field));
  return { turns, fields };
}

function fieldText(row: DatasetRow, field: string): string {
  return JSON.stringify(Object.entries(row).find(([key]) => key === field)?.[1] ?? null);
}

interface Turn {
  role: string;
  text: string;
  /** Calls, weight and name: what differs beside the text. */
  rest: string;
}

function turnsOf(row: DatasetRow): Turn[] {
  switch (row.kind) {
    case 'text':
      return [{ role: 'text', text: row.text, rest: '' }];
    case 'chat':
      return row.messages.map((message) => turn(message, ''));
    case 'preference':
      return [...row.messages.map((message) => turn(message, '')), ...row.chosen.map((message) => turn(message, 'chosen ')), ...row.rejected.map((message) => turn(message, 'rejected '))];
    case 'kto':
      return [...row.messages, ...row.completion].map((message) => turn(message, ''));
  }
}

function turn(message: Message, prefix: string): Turn {
  const rest = JSON.stringify([message.tool_calls, message.weight, message.name, message.tool_call_id]);
  const calls = message.tool_calls === undefined ? '' : ` ${JSON.stringify(message.tool_calls.map((call) => call.function))}`;
  return { role: `${prefix}${message.role}`, text: `${turnText(message)}${calls}`, rest };
}

function shown(reader: RowsReader, row: IndexedRow): DatasetDiff['added'][number] {
  const text = turnsOf(reader.row(row)).map(({ role, text: said }) => `${role}: ${said}`).join('\n');
  return { row: row.row + 1, line: row.line, text };
}

function side(version: DatasetVersion): DatasetDiff['before'] {
  return { id: version.id, name: version.name, version: version.version, rows: version.rows };
}
