import { z } from 'zod';
import { newSessionSchema, sessionStateSchema } from '../../protocol/sessionResults.ts';
import { sessionModeSchema } from '../../protocol/camp.ts';
import { defineCommand } from '../command.ts';
import { printState } from './describe.ts';

const fields = newSessionSchema.shape;

export const sessionNewCommand = defineCommand({
  name: 'session new',
  summary: 'Begin a session: say what an agent is needed for, and what it is tried on',
  details:
    'Writes the session into the database and CodeAgents/camp/<session>.json. Asks no model yet.\n' +
    'A held-out input is never learned from: its scores show whether a change helps on cases that nobody tuned to.',
  options: [
    { flags: '--need <text>', description: 'what the agent is for' },
    { flags: '--name <name>', description: 'how you call it (default: the beginning of the need)' },
    { flags: '--constraints <text>', description: 'what holds for every agent' },
    { flags: '--mode <mode>', description: 'four agents side by side, or one and your feedback (default: training)', choices: sessionModeSchema.options },
    { flags: '--input <text...>', description: 'what the agents are tried on; more are better' },
    { flags: '--held-out <text...>', description: 'inputs that are held out' },
    { flags: '--model <model>', description: 'what the agents answer with: builtin, local:MODEL or PROVIDER:MODEL (default: the first that works)' },
    { flags: '--trainer-model <model>', description: 'what writes and evolves them (default: the same)' },
    { flags: '--judge-model <model>', description: 'what judges answers when credit is measured (default: none)' },
    { flags: '--cost-cap <usd>', description: 'no call is made beyond this' },
  ],
  examples: [
    'training session new --need "Sort bug reports by component" --input "The app crashes when I tap search"',
    'training session new --need "Answer support mail" --mode quickstart --input "Where is my order?" --json',
  ],
  input: z.object({
    need: z.string({ error: 'is missing: say what the agent is for' }).trim().min(1).max(20_000),
    name: z.string().trim().min(1).max(200).optional(),
    constraints: z.string().max(20_000).default(''),
    mode: sessionModeSchema.default('training'),
    input: z.array(z.string().trim().min(1)).default([]),
    heldOut: z.array(z.string().trim().min(1)).default([]),
    model: z.string().min(1).optional(),
    trainerModel: z.string().min(1).optional(),
    judgeModel: z.string().min(1).optional(),
    costCap: z.coerce.number().nonnegative().optional(),
  }),
  result: sessionStateSchema,
  run: async ({ services, signal }, values) => {
    const { need, constraints, mode, input, heldOut } = values;
    const inputs = [...input.map((text) => ({ text, split: 'train' as const })), ...heldOut.map((text) => ({ text, split: 'heldOut' as const }))];
    return await services.camp.create(
      z.object(fields).parse({ need, constraints, mode, inputs, name: values.name, model: values.model, trainerModel: values.trainerModel, judgeModel: values.judgeModel, costCapUsd: values.costCap }),
      signal,
    );
  },
  print: printState,
});
