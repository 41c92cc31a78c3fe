import { z } from 'zod';
import { scoreResultSchema } from '../../protocol/sessionResults.ts';
import { defineCommand } from '../command.ts';
import { inputNumber, lineage, lineageOption, score, session, sessionArgument } from './arguments.ts';
import { printState } from './describe.ts';

export const sessionScoreCommand = defineCommand({
  name: 'session score',
  summary: 'Score what a lineage answered, from 1 to 10',
  details: 'Scoring again keeps what was there; the latest score counts. What failed has no answer and can’t be scored.',
  args: [sessionArgument],
  options: [
    lineageOption,
    { flags: '--score <n>', description: 'a whole number from 1 to 10' },
    { flags: '--comment <text>', description: 'why; it steers how the agent evolves' },
    { flags: '--input <n>', description: 'which input’s answer, where there are several' },
  ],
  examples: ['training session score se_20260101 --lineage A --score 9', 'training session score se_20260101 --lineage B --score 4 --comment "too long" --input 2'],
  input: z.object({ session, lineage, score, comment: z.string().max(20_000).default(''), input: inputNumber.optional() }),
  result: scoreResultSchema,
  run: async ({ services }, { session: reference, input, comment, ...given }) =>
    await Promise.resolve(services.camp.score(reference, { target: { lineage: given.lineage, input: input ?? null }, score: given.score, comment })),
  print: printState,
});
