import { z } from 'zod';
import { adapterListResultSchema } from '../protocol/adapters.ts';
import { megabytes } from './bytes.ts';
import { defineCommand } from './command.ts';
import { renderTable } from './table.ts';

export const adapterListCommand = defineCommand({
  name: 'adapter list',
  summary: 'List the adapters of the workspace, newest first',
  details: 'Reads the database. Writes nothing.',
  examples: ['training adapter list', 'training adapter list --json'],
  input: z.object({}),
  result: adapterListResultSchema,
  run: async ({ services }) => await Promise.resolve({ adapters: services.adapters.list() }),
  print: (result, out) => {
    if (result.adapters.length === 0) {
      out.line('No adapters yet.');
      out.note('A completed run leaves one: training start --dataset D');
      return;
    }
    const rows = result.adapters.map((adapter) => [
      adapter.id,
      `${adapter.name}@${String(adapter.version)}`,
      adapter.baseModel,
      adapter.state,
      adapter.verdict ?? 'not tested',
      adapter.hasGguf ? 'yes' : 'no',
      megabytes(adapter.sizeBytes),
    ]);
    const columns = [{ title: 'adapter' }, { title: 'name', maxWidth: 40 }, { title: 'base' }, { title: 'state' }, { title: 'test' }, { title: 'GGUF' }, { title: 'size', align: 'right' as const }];
    out.line(renderTable(out, columns, rows));
  },
});
