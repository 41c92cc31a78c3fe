import { z } from 'zod';
import { plainText } from '../../common/plainText.ts';
import { deleteSessionResultSchema } from '../../protocol/sessionResults.ts';
import { megabytes } from '../bytes.ts';
import { defineCommand } from '../command.ts';
import { session, sessionArgument } from './arguments.ts';

export const sessionDeleteCommand = defineCommand({
  name: 'session delete',
  summary: 'Delete a session; its file goes to the trash, from where it can be imported again',
  details: 'Asks for --yes. Datasets and adapters that were made of it stay.',
  args: [sessionArgument],
  examples: ['training session delete se_20260101 --yes'],
  input: z.object({ session }),
  result: deleteSessionResultSchema,
  run: async ({ services, isConfirmed }, input) => await services.camp.delete(input.session, isConfirmed),
  print: ({ name, trash, freedBytes }, out) => {
    out.line(`deleted ${plainText(name)}; ${megabytes(freedBytes)} freed`);
    if (trash !== null) out.note(`training session import ${plainText(trash)} brings it back`);
  },
});
