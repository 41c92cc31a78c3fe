import { z } from 'zod';
import { usageError } from '../../protocol/errors.ts';
import { sessionStateSchema } from '../../protocol/sessionResults.ts';
import { defineCommand } from '../command.ts';
import { session, sessionArgument } from './arguments.ts';
import { printState } from './describe.ts';

const model = z.string().min(1).max(500).optional();

export const sessionSetCommand = defineCommand({
  name: 'session set',
  summary: 'Change a session’s name, models or cost cap',
  args: [sessionArgument],
  options: [
    { flags: '--name <name>', description: 'how you call it' },
    { flags: '--model <model>', description: 'what the agents answer with from now on' },
    { flags: '--trainer-model <model>', description: 'what writes and evolves them' },
    { flags: '--judge-model <model>', description: 'what judges answers; none takes it away' },
    { flags: '--cost-cap <usd>', description: 'no call is made beyond this; none takes it away' },
  ],
  examples: ['training session set se_20260101 --model ollama:llama3.2', 'training session set se_20260101 --cost-cap 2.50', 'training session set se_20260101 --judge-model none'],
  input: z.object({ session, name: z.string().trim().min(1).max(200).optional(), model, trainerModel: model, judgeModel: model, costCap: z.union([z.literal('none'), z.coerce.number().nonnegative()]).optional() }),
  result: sessionStateSchema,
  run: async ({ services }, { session: reference, name, costCap, judgeModel, ...models }) => {
    const change = {
      ...(models.model === undefined ? {} : { model: models.model }),
      ...(models.trainerModel === undefined ? {} : { trainerModel: models.trainerModel }),
      ...(judgeModel === undefined ? {} : { judgeModel: judgeModel === 'none' ? null : judgeModel }),
      ...(costCap === undefined ? {} : { costCapUsd: costCap === 'none' ? null : costCap }),
    };
    const isConfiguring = Object.keys(change).length > 0;
    if (!isConfiguring && name === undefined) throw usageError('nothing_to_change', 'Say what is to change.', { hint: 'training session set --help lists what there is.' });
    const renamed = name === undefined ? null : services.camp.rename(reference, name);
    const id = renamed?.session.id ?? reference;
    return await Promise.resolve(isConfiguring || renamed === null ? services.camp.configure(id, change) : renamed);
  },
  print: printState,
});
