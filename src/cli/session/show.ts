import { z } from 'zod';
import { shownSessionSchema } from '../../protocol/sessionResults.ts';
import { sessionDocumentSchema } from '../../protocol/camp.ts';
import { defineCommand } from '../command.ts';
import { session, sessionArgument } from './arguments.ts';
import { printAnswers, printState } from './describe.ts';

export const sessionShowCommand = defineCommand({
  name: 'session show',
  summary: 'Show where a session stands: strategies, agents, answers, scores, and what it waits for',
  details: 'Reads the database. With --json --document it is the whole session, as its file has it.',
  args: [sessionArgument],
  options: [{ flags: '--document', description: 'everything: earlier cycles, versions, traces, records of evolution' }],
  examples: ['training session show se_20260101', 'training session show "Sort bug reports" --json --document'],
  input: z.object({ session, document: z.boolean().default(false) }),
  result: z.union([shownSessionSchema, z.object({ document: sessionDocumentSchema })]).describe('Where it stands, or with --document all of it.'),
  run: async ({ services }, input) => await Promise.resolve(input.document ? { document: services.camp.show(input.session) } : { ...services.camp.state(input.session), work: services.campWork.worker(input.session) }),
  print: (result, out) => {
    if ('document' in result) {
      out.line(JSON.stringify(result.document, null, 2));
      return;
    }
    printState(result, out, result.work);
    printAnswers(result, out);
  },
});
