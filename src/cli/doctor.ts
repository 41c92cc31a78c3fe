import { z } from 'zod';
import { plainText } from '../common/plainText.ts';
import { doctorResultSchema } from '../protocol/setup.ts';
import { defineCommand } from './command.ts';
import { startProgress } from './progress.ts';

export const doctorCommand = defineCommand({
  name: 'doctor',
  summary: 'Look at everything that training needs on this machine',
  details: 'Reads the data folder and the workspace, runs a real kernel on the device, changes nothing. Exits with 1 when something is an error.',
  examples: ['training doctor', 'training doctor --json'],
  input: z.object({}),
  result: doctorResultSchema,
  run: async ({ services, out, signal }) => {
    const progress = startProgress(out, 'looking');
    const result = await services.setup.examine({ workspace: services.workspace, signal });
    progress.done(`${result.checks.length} checks`);
    return result;
  },
  print: (result, out) => {
    const marks = { ok: out.color.green('ok     '), warning: out.color.yellow('warning'), error: out.color.red('error  ') };
    for (const check of result.checks) {
      out.line(`${marks[check.status]} ${check.id.padEnd(14)} ${plainText(check.message)}`);
      if (check.hint !== null) out.line(`${' '.repeat(23)}${out.color.dim(plainText(check.hint))}`);
    }
  },
  exitCode: (result) => (result.ok ? 0 : 1),
});
