import { z } from 'zod';
import { suggestInputsResultSchema, sessionStateSchema } from '../../protocol/sessionResults.ts';
import { plainText } from '../../common/plainText.ts';
import { defineCommand } from '../command.ts';
import { lineage, session, sessionArgument } from './arguments.ts';
import { printState } from './describe.ts';
import { withProgress } from './work.ts';

export const sessionProposeCommand = defineCommand({
  name: 'session propose',
  summary: 'Have four different strategies proposed, or others for some',
  details: 'Asks the session’s trainer model. Change what you like with “training session strategy”, then confirm.',
  args: [sessionArgument],
  options: [{ flags: '--replace <labels...>', description: 'others in place of these only' }],
  examples: ['training session propose se_20260101', 'training session propose se_20260101 --replace B D'],
  input: z.object({ session, replace: z.array(lineage).optional() }),
  result: sessionStateSchema,
  run: async (context, { session: reference, replace }) =>
    await withProgress(context, 'Proposing strategies', async (options) => await context.services.campWork.propose(reference, replace ?? null, options)),
  print: printState,
});

export const sessionSuggestInputsCommand = defineCommand({
  name: 'session suggest-inputs',
  summary: 'Have inputs suggested that agents could be tried on',
  details: 'Asks the session’s trainer model and changes nothing: add what you like with “training session add-input”.',
  args: [sessionArgument],
  options: [{ flags: '--count <n>', description: 'how many (default: 4)' }],
  examples: ['training session suggest-inputs se_20260101 --count 6'],
  input: z.object({ session, count: z.coerce.number().int().min(1).max(20).default(4) }),
  result: suggestInputsResultSchema,
  run: async (context, { session: reference, count }) =>
    await withProgress(context, 'Suggesting inputs', async (options) => await context.services.campWork.suggestInputs(reference, count, options)),
  print: ({ inputs }, out) => {
    for (const { text, split } of inputs) out.line(`${split === 'heldOut' ? out.color.dim('held out  ') : '          '}${plainText(text)}`);
  },
});
