import { z } from 'zod';
import { withStrategy } from '../../common/strategies.ts';
import { usageError } from '../../protocol/errors.ts';
import { sessionStateSchema } from '../../protocol/sessionResults.ts';
import { defineCommand } from '../command.ts';
import { lineage, lineageArgument, session, sessionArgument } from './arguments.ts';
import { printState } from './describe.ts';

export const sessionStrategyCommand = defineCommand({
  name: 'session strategy',
  summary: 'Write or change a strategy before it is confirmed',
  args: [sessionArgument, lineageArgument],
  options: [
    { flags: '--tag <words>', description: 'a few words to know it by' },
    { flags: '--approach <text>', description: 'how an agent of this strategy goes about the need' },
  ],
  examples: ['training session strategy se_20260101 A --tag "Quick Triage" --approach "Decide by the first clear sign, in one line."'],
  input: z.object({ session, lineage, tag: z.string().trim().min(1).max(60).optional(), approach: z.string().trim().min(1).max(4000).optional() }),
  result: sessionStateSchema,
  run: async ({ services }, { session: reference, lineage: label, tag, approach }) => {
    const { session: found, strategies } = services.camp.state(reference);
    const before = strategies.find((strategy) => strategy.label === label);
    const [newTag, newApproach] = [tag ?? before?.tag, approach ?? before?.approach];
    if (newTag === undefined || newApproach === undefined) throw usageError('strategy_incomplete', `There is no strategy ${label} yet: it takes a tag and an approach.`, { hint: 'Give --tag and --approach.' });
    return await Promise.resolve(services.camp.setStrategies(found.id, withStrategy(strategies, { label, tag: newTag, approach: newApproach })));
  },
  print: printState,
});
