import { z } from 'zod';
import { plainText } from '../../common/plainText.ts';
import { cancelSessionResultSchema } from '../../protocol/sessionWork.ts';
import { defineCommand } from '../command.ts';
import { session, sessionArgument } from './arguments.ts';

export const sessionCancelCommand = defineCommand({
  name: 'session cancel',
  summary: 'End the work that is under way on a session, in whichever process; what was answered is kept',
  details: 'Asks through the database, and waits half a minute at most. The command whose work it was exits with 1, and run again it goes on from there. Where no work is under way it says so and exits with 0.',
  args: [sessionArgument],
  examples: ['training session cancel se_20260101', 'training session cancel "Sort bug reports" --json'],
  input: z.object({ session }),
  result: cancelSessionResultSchema,
  run: async ({ services, signal, out }, input) => await services.campWork.end(input.session, { signal, onWait: ({ pid }) => out.note(`waiting for process ${String(pid)}`) }),
  print: ({ name, work, hasEnded }, out) => {
    if (work === null) out.line(`No work is under way on ${plainText(name)}.`);
    else if (hasEnded) out.line(`cancelled the work of process ${String(work.pid)} on ${plainText(name)}, under way since ${work.since}; what was answered is kept`);
    else out.line(`asked process ${String(work.pid)} to end its work on ${plainText(name)}; it has not yet`);
  },
});
