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
  options: [{ flags: '--version <n>', description: 'which version (default: the newest)' }],
  examples: ['training session agent se_20260101 B', 'training session agent se_20260101 B --version 1 --json'],
  input: z.object({ session, lineage, version: z.coerce.number().int().positive().optional() }),
  result: agentResultSchema,
  run: async ({ services }, { session: reference, lineage: label, version }) => await Promise.resolve(services.camp.agent(reference, label, version ?? null)),
  print: ({ agent, versions, diff }, out) => {
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
    if (diff.length > 0) out.line(`\nchanged since v${String(agent.parent ?? 0)}: ${diff.map(({ path }) => plainText(path)).join(', ')}`);
  },
});
