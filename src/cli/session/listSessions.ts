import { z } from 'zod';
import { plainText } from '../../common/plainText.ts';
import { sessionSize, usageAdvice, usageText } from '../../common/sessionUsage.ts';
import { sessionListResultSchema } from '../../protocol/sessionResults.ts';
import { defineCommand } from '../command.ts';
import { renderTable } from '../table.ts';

export const sessionListCommand = defineCommand({
  name: 'session list',
  summary: 'List the sessions of the workspace, newest first',
  details: 'Reads the database and CodeAgents/camp. Files of sessions that the database does not have are named: training session import takes them in.',
  examples: ['training session list', 'training session list --json'],
  input: z.object({}),
  result: sessionListResultSchema,
  run: async ({ services }) => await Promise.resolve(services.camp.list()),
  print: ({ sessions, importable, usage }, out) => {
    if (sessions.length === 0) {
      out.line('No sessions yet.');
      out.note('training session new --need "…" --input "…"');
    } else {
      const rows = sessions.map(({ id, name, mode, stage, cycle, isWorking, lineages, bytes }) => [
        id, name, mode, `${cycle === 0 ? stage : `cycle ${String(cycle)}`}${isWorking ? ', work under way' : ''}`, lineages.map(({ label, score }) => `${label} ${score === null ? '–' : score.toFixed(1)}`).join('  '), sessionSize(bytes),
      ]);
      const columns = [{ title: 'session' }, { title: 'name', maxWidth: 40 }, { title: 'mode' }, { title: 'stage' }, { title: 'scores' }, { title: 'size', align: 'right' as const }];
      out.line(renderTable(out, columns, rows));
    }
    for (const { file, name, problem } of importable) out.line(problem === null ? `not here yet: ${plainText(name)}  ${plainText(file)}` : `can’t be read: ${plainText(file)}: ${plainText(problem)}`);
    if (usage.isNearLimit) out.warn(`${usageText(usage)}. ${usageAdvice}`);
  },
});
