import { count } from '../../../src/common/figures.ts';
import { Table } from '../../shared/parts/table.tsx';
import type { Curve } from '../charts/curves.ts';
import { sampleRows } from '../model/sampleRows.ts';

/** A chart as a table, for who can't or would not read the picture. */
export function SeriesTable({ label, curves, format }: { label: string; curves: readonly Curve[]; format: (value: number) => string }) {
  const show = (value: number | undefined) => (value === undefined || !Number.isFinite(value) ? '–' : format(value));
  const rows = curves.flatMap((curve) => sampleRows(curve.series).map((row) => ({ ...row, curve })));
  return (
    <Table
      label={`${label} as a table`}
      rows={rows}
      keyOf={({ curve, step }) => `${curve.id} ${String(step)}`}
      columns={[
        { title: 'Curve', cell: ({ curve }) => curve.label },
        { title: 'From step', isNumber: true, cell: ({ step }) => count(step) },
        { title: 'Minimum', isNumber: true, cell: ({ min }) => show(min) },
        { title: 'Mean', isNumber: true, cell: ({ mean }) => show(mean) },
        { title: 'Maximum', isNumber: true, cell: ({ max }) => show(max) },
      ]}
    />
  );
}
