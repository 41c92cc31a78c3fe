import { z } from 'zod';
import { usageError } from '../../protocol/errors.ts';
import { sessionStateSchema } from '../../protocol/sessionResults.ts';
import { defineCommand } from '../command.ts';
import { lineage, lineageArgument, session, sessionArgument } from './arguments.ts';
import { printState } from './describe.ts';

const text = z.string().max(10_000).optional();

export const sessionDirectCommand = defineCommand({
  name: 'session direct',
  summary: 'Steer how a lineage evolves, for the next cycle or for all',
  details: 'An empty text takes a directive back. A one-shot directive is used once and then gone; the other lineages are not touched.',
  args: [sessionArgument, lineageArgument],
  options: [
    { flags: '--sticky <text>', description: 'holds for every further cycle' },
    { flags: '--oneshot <text>', description: 'holds for the next cycle alone' },
  ],
  examples: ['training session direct se_20260101 B --sticky "Answer in French"', 'training session direct se_20260101 C --oneshot "Be half as long"', 'training session direct se_20260101 B --sticky ""'],
  input: z.object({ session, lineage, sticky: text, oneshot: text }),
  result: sessionStateSchema,
  run: async ({ services }, { session: reference, lineage: label, sticky, oneshot }) => {
    if (sticky === undefined && oneshot === undefined) throw usageError('no_directive', 'A directive is missing.', { hint: 'Give --sticky, --oneshot or both; an empty text takes one back.' });
    return await Promise.resolve(services.camp.direct(reference, label, { ...(sticky === undefined ? {} : { sticky }), ...(oneshot === undefined ? {} : { oneShot: oneshot }) }));
  },
  print: printState,
});
