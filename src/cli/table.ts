import Table from 'cli-table3';
import { plainText } from '../common/plainText.ts';
import type { Output } from './output.ts';

export interface Column {
  title: string;
  align?: 'left' | 'right';
  /** Cells longer than this are cut with an ellipsis. */
  maxWidth?: number;
}

/** A table without frames: quiet on a terminal, easy to cut in a pipe. Cells are made inert here. */
export function renderTable(out: Output, columns: Column[], rows: string[][]): string {
  const table = new Table({
    head: columns.map((column) => out.color.dim(column.title)),
    colAligns: columns.map((column) => column.align ?? 'left'),
    chars: { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) {
    table.push(row.map((cell, index) => shorten(plainText(cell), columns[index]?.maxWidth)));
  }
  // The last column's padding is only in the way of who cuts or compares lines.
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function shorten(text: string, maxWidth: number | undefined): string {
  return maxWidth !== undefined && text.length > maxWidth ? `${text.slice(0, maxWidth - 1)}…` : text;
}

const sparks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A line of block characters over the finite values, scaled to their own range. */
export function sparkline(values: readonly number[]): string {
  const finite = values.filter((value) => Number.isFinite(value));
  if (finite.length === 0) return '';
  const low = Math.min(...finite);
  const range = Math.max(...finite) - low;
  return finite.map((value) => sparks[range === 0 ? 0 : Math.round(((value - low) / range) * (sparks.length - 1))] ?? '').join('');
}
