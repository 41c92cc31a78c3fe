import { z } from 'zod';
import { sessionStateSchema } from '../../protocol/sessionResults.ts';
import { defineCommand } from '../command.ts';
import { session, sessionArgument } from './arguments.ts';
import { printState } from './describe.ts';

export const sessionAddInputCommand = defineCommand({
  name: 'session add-input',
  summary: 'Add an input that agents are tried on',
  details: 'The agents that stand answer it with the next “training session retry”, or in the next cycle.',
  args: [sessionArgument, { name: 'text', description: 'what the agents are asked', isRequired: true }],
  options: [{ flags: '--held-out', description: 'never learned from; its scores show whether a change helps elsewhere' }],
  examples: ['training session add-input se_20260101 "The export button does nothing"', 'training session add-input se_20260101 "Login fails on Android" --held-out'],
  input: z.object({ session, text: z.string().trim().min(1).max(200_000), heldOut: z.boolean().default(false) }),
  result: sessionStateSchema,
  run: async ({ services }, { session: reference, text, heldOut }) => await Promise.resolve(services.camp.addInput(reference, { text, split: heldOut ? 'heldOut' : 'train' })),
  print: printState,
});
