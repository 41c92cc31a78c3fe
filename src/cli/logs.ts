import { z } from 'zod';
import { plainText } from '../common/plainText.ts';
import { logsResultSchema } from '../protocol/runResults.ts';
import { defineCommand } from './command.ts';

export const logsCommand = defineCommand({
  name: 'logs',
  summary: 'Show a run’s log',
  details: 'Reads what the run reported and .training/runs/<run>/trainer.log. Writes nothing. Control characters are shown, not obeyed.',
  args: [{ name: 'run', description: 'a run’s id or the beginning of it, or latest', isRequired: true }],
  options: [
    { flags: '-f, --follow', description: 'keep showing until the run ends; Ctrl-C stops showing, not the run' },
    { flags: '-n, --tail <lines>', description: 'how many of the last lines' },
  ],
  examples: ['training logs latest', 'training logs latest --follow', 'training logs latest --tail 500'],
  input: z.object({ run: z.string(), follow: z.boolean().default(false), tail: z.coerce.number().int().min(0).max(1_000_000).default(100) }),
  result: logsResultSchema,
  run: async ({ services, out, signal }, { run, follow, tail }) => {
    await services.runs.refresh();
    const result = services.runs.logs(run, tail);
    if (!follow) return result;
    for await (const line of services.runs.followLog(result.runId, tail, signal)) {
      if (out.isJson) out.json({ runId: result.runId, line });
      else out.line(plainText(line));
    }
    return result;
  },
  isStream: (input) => input.follow,
  print: (result, out) => {
    for (const line of result.lines) out.line(plainText(line));
    if (result.lines.length === 0) out.note('The log is empty.');
  },
});
