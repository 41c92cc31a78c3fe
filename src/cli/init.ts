import { z } from 'zod';
import { plainText } from '../common/plainText.ts';
import { scaffoldResultSchema } from '../protocol/setup.ts';
import { defineCommand } from './command.ts';

export const initCommand = defineCommand({
  name: 'init',
  summary: 'Write a CodeAgents folder to begin with: rules, an agent, a drill, a dataset',
  details: 'Writes CodeAgents/… and a line in .gitignore into the workspace. A file that is there is never changed.',
  examples: ['training init', 'training --workspace ../other init'],
  input: z.object({}),
  result: scaffoldResultSchema,
  run: async ({ services }) => services.setup.scaffold(services.workspace),
  print: (result, out) => {
    for (const name of result.created) out.line(`${out.color.green('created')} ${plainText(name)}`);
    for (const name of result.kept) out.line(`${out.color.dim('kept   ')} ${plainText(name)}`);
    if (result.created.length === 0) return;
    out.line();
    out.line('Next: training prepare CodeAgents/datasets/example.jsonl --plan');
  },
});
