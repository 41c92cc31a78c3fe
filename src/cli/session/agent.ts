import { z } from 'zod';
import { plainText } from '../../common/plainText.ts';
import { agentResultSchema } from '../../protocol/sessionResults.ts';
import { defineCommand } from '../command.ts';
import { printPairs } from '../runFormat.ts';
import { lineage, lineageArgument, session, sessionArgument } from './arguments.ts';

export const sessionAgentCommand = defineCommand({
  name: 'session agent',
  summary: 'Show an agent of a lineage, and what its last step changed',
  args: [sessionArgument, lineageArgument],
  options: [
    { flags: '--version <n>', description: 'which version (default: the newest)' },
    { flags: '--save [name]', description: 'write it to CodeAgents/<name>/agent.yaml (default: the agent’s own name); --yes changes a file that came from elsewhere' },
  ],
  examples: ['training session agent se_20260101 B', 'training session agent se_20260101 B --version 1 --json', 'training session agent se_20260101 A --save Sorter'],
  input: z.object({ session, lineage, version: z.coerce.number().int().positive().optional(), save: z.union([z.literal(true), z.string().trim().min(1).max(100)]).optional() }),
  result: agentResultSchema,
  run: async ({ services, isConfirmed }, { session: reference, lineage: label, version = null, save }) => {
    if (save === undefined) return await Promise.resolve(services.camp.agent(reference, label, version));
    return services.camp.saveAgent(reference, { lineage: label, version, name: save === true ? null : save, isConfirmed });
  },
  print: ({ agent, versions, diff, file }, out) => {
    const { definition } = agent;
    out.line(`${out.color.bold(plainText(definition.name))}  v${String(agent.version)} of ${versions.join(', ')}  ${agent.origin}`);
    if (definition.description !== '') out.line(plainText(definition.description));
    out.line(`\n${plainText(definition.systemPrompt, { keepNewlines: true })}\n`);
    printPairs(out, [
      ['tools', definition.tools.map((tool) => (typeof tool === 'string' ? tool : tool.name)).join(', ') || 'none'],
      ['flow', definition.flow.map(({ id, type }) => `${id} (${type})`).join(', ') || 'one answer'],
      ['parameters', JSON.stringify(definition.parameters)],
      ['memory', JSON.stringify(definition.memory)],
    ]);
    if (file !== null) out.line(`\nwritten to ${plainText(file)}`);
    if (diff.length > 0) out.line(`\nchanged since v${String(agent.parent ?? 0)}: ${diff.map(({ path }) => plainText(path)).join(', ')}`);
  },
});
