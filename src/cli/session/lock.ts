import { z } from 'zod';
import { sessionStateSchema } from '../../protocol/sessionResults.ts';
import { defineCommand } from '../command.ts';
import { lineage, lineageArgument, session, sessionArgument } from './arguments.ts';
import { printState } from './describe.ts';

const input = z.object({ session, lineage });

export const sessionLockCommand = defineCommand({
  name: 'session lock',
  summary: 'Keep a lineage as it is: its agent and its answers stand on in later cycles',
  args: [sessionArgument, lineageArgument],
  examples: ['training session lock se_20260101 A'],
  input,
  result: sessionStateSchema,
  run: async ({ services }, { session: reference, lineage: label }) => await Promise.resolve(services.camp.setLock(reference, label, true)),
  print: printState,
});

export const sessionUnlockCommand = defineCommand({
  name: 'session unlock',
  summary: 'Let a lineage evolve again',
  args: [sessionArgument, lineageArgument],
  examples: ['training session unlock se_20260101 A'],
  input,
  result: sessionStateSchema,
  run: async ({ services }, { session: reference, lineage: label }) => await Promise.resolve(services.camp.setLock(reference, label, false)),
  print: printState,
});
