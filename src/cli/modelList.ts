import { z } from 'zod';
import { modelListResultSchema } from '../protocol/models.ts';
import { megabytes } from './bytes.ts';
import { defineCommand, type AnyCommand } from './command.ts';
import { renderTable } from './table.ts';

function listCommand(name: string): AnyCommand {
  return defineCommand({
    name,
    summary: 'List the base models on this machine',
    details: 'Reads the home folder and the hub’s cache. Writes nothing and downloads nothing.',
    examples: [`training ${name}`, `training ${name} --json`],
    input: z.object({}),
    result: modelListResultSchema,
    run: async ({ services }) => await Promise.resolve({ models: services.models.list() }),
    print: (result, out) => {
      const rows = result.models.map((model) => [
        model.id,
        model.source,
        model.isInstalled ? (model.architecture ?? 'GGUF only') : 'not installed',
        model.canTrain ? 'yes' : 'no',
        model.canAsk ? 'yes' : 'no',
        model.canEmbed ? 'yes' : 'no',
        model.isInstalled ? megabytes(model.sizeBytes) : '',
      ]);
      const columns = [{ title: 'model' }, { title: 'from' }, { title: 'architecture' }, { title: 'train' }, { title: 'ask' }, { title: 'embed' }, { title: 'size', align: 'right' as const }];
      out.line(renderTable(out, columns, rows));
    },
  });
}

export const modelCommand = listCommand('model');
export const modelListCommand = listCommand('model list');
