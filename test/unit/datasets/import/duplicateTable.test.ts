import { expect, it } from 'vitest';
import { DuplicateTable } from '../../../../src/backend/datasets/import/duplicateTable.ts';

it('finds every row by its hash after growing, and only the one asked for', () => {
  const table = new DuplicateTable();
  const low = (row: number): number => Math.imul(row, 0x9e3779b1) >>> 0;
  const high = (row: number): number => Math.imul(row ^ 77, 0x85ebca6b) >>> 0;
  const rows = 50_000;
  for (let row = 0; row < rows; row++) table.add(low(row), high(row), row);
  table.add(low(5), high(5), rows);
  for (let row = 0; row < rows; row += 7) expect(table.find(low(row), high(row), () => true)).toBe(row);
  expect(table.find(low(5), high(5), (row) => row === rows)).toBe(rows);
  expect(table.find(low(rows + 1), high(rows + 1), () => true)).toBe(-1);
  expect(table.find(low(7), high(7), () => false)).toBe(-1);
});
