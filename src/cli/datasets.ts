import { z } from 'zod';
import { datasetsResultSchema } from '../protocol/datasetResults.ts';
import { defineCommand } from './command.ts';
import { renderTable } from './table.ts';

export const datasetsCommand = defineCommand({
  name: 'datasets',
  summary: 'List datasets',
  details: 'Reads the workspace, writes nothing.',
  examples: ['training datasets', 'training datasets --json'],
  input: z.object({}),
  result: datasetsResultSchema,
  run: ({ services }) => Promise.resolve({ datasets: services.datasets.list() }),
  print: ({ datasets }, out) => {
    if (datasets.length === 0) {
      out.line('No datasets yet. Make one: training prepare FILE');
      return;
    }
    const columns = [
      { title: 'id' }, { title: 'name', maxWidth: 40 }, { title: 'version', align: 'right' as const }, { title: 'format' },
      { title: 'rows', align: 'right' as const }, { title: 'train/validation/test' }, { title: 'tokens', align: 'right' as const }, { title: 'quality', align: 'right' as const },
    ];
    const rows = datasets.map((one) => [
      one.id, one.name, String(one.version), one.format, one.rows.toLocaleString('en'),
      `${String(one.splits.train)}/${String(one.splits.validation)}/${String(one.splits.test)}`, one.tokens.toLocaleString('en'), one.quality?.toFixed(1) ?? '',
    ]);
    out.line(renderTable(out, columns, rows));
  },
});
