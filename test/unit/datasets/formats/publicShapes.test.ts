import { describe, expect, it } from 'vitest';
import { makeConverter } from '../../../../src/backend/datasets/formats/convert.ts';
import { detectFormat } from '../../../../src/backend/datasets/formats/detect.ts';
import { noMapping } from '../../../../src/backend/datasets/formats/mapping.ts';
import { parseLine } from '../../../../src/backend/datasets/formats/parseLine.ts';
import { datasetRowSchema, type DatasetRow } from '../../../../src/protocol/datasets.ts';
import type { Json } from '../../../../src/protocol/json.ts';
import { publicShapes, shapesWithoutFormat, shapeTexts } from '../../../support/publicShapes.ts';

function rowsOf(file: string): Json[] {
  return shapeTexts(file).flatMap((text) => parseLine(text, () => undefined) ?? []);
}

describe('published shapes', () => {
  it.each(publicShapes.filter((shape) => /\.jsonl?$/.test(shape.file)))('reads $file as $format', (shape) => {
    const values = rowsOf(shape.file);
    const detection = detectFormat(values);
    expect(detection.issue).toBeNull();
    expect(detection.format).toBe(shape.format);

    const codes: Record<string, number> = {};
    const convert = makeConverter(shape.format, noMapping);
    const rows: DatasetRow[] = [];
    for (const value of values) {
      const row = convert(value, (issue) => {
        codes[issue.code] = (codes[issue.code] ?? 0) + 1;
      });
      if (row !== null) rows.push(row);
    }
    expect([values.length, rows.length]).toEqual([shape.rows, shape.kept]);
    expect(codes).toMatchObject(shape.codes);
    for (const row of rows) {
      expect(datasetRowSchema.parse(structuredClone(row))).toEqual(row);
      expect(row.kind).toBe(shape.kind);
    }
    expect(rows.map((row) => JSON.stringify(row)).join('\n')).toContain(shape.first);
  });

  it.each(shapesWithoutFormat)('says why $file has no format', ({ file, says }) => {
    const { format, issue } = detectFormat(rowsOf(file));
    expect(format).toBe('none');
    expect(issue?.code).toBe('format_none');
    expect(issue?.message).toContain(says);
    expect(issue?.fix).not.toBeNull();
  });
});
