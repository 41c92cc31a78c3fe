import { z } from 'zod';
import { sessionStateSchema, sessionWorkResultSchema } from '../../protocol/sessionResults.ts';
import { promotionKindSchema } from '../../protocol/camp.ts';
import { defineCommand } from '../command.ts';
import { lineage, lineageOption, session, sessionArgument } from './arguments.ts';
import { printState } from './describe.ts';
import { exitCodeOf, printWork, withProgress } from './work.ts';

/** Commands that ask models. Ctrl-C ends one: what was answered is kept, and the same command goes on from there. */

const goesOn = 'Ctrl-C ends it, and so does “training session cancel” elsewhere: what was answered and paid is kept, and the same command goes on from there. Exits with 1 when a lineage failed or the work was cancelled elsewhere.';

export const sessionConfirmCommand = defineCommand({
  name: 'session confirm',
  summary: 'Confirm the strategies: an agent is written for each and answers every input',
  details: `Asks the trainer model for the agents and their model for the answers. ${goesOn}`,
  args: [sessionArgument],
  examples: ['training session confirm se_20260101'],
  input: z.object({ session }),
  result: sessionWorkResultSchema,
  run: async (context, input) => await withProgress(context, 'Making agents', async (options) => await context.services.campWork.confirm(input.session, null, options)),
  print: printWork,
  exitCode: exitCodeOf,
});

export const sessionRegenerateCommand = defineCommand({
  name: 'session regenerate',
  summary: 'Evolve every lineage that is not locked by its scores, and have the new agents answer',
  details: `Blocked until each of their answers has a score. A lineage is wholly at its old cycle or wholly at the next. ${goesOn}`,
  args: [sessionArgument],
  options: [lineageOption],
  examples: ['training session regenerate se_20260101', 'training session regenerate se_20260101 --lineage C --json'],
  input: z.object({ session, lineage: lineage.optional() }),
  result: sessionWorkResultSchema,
  run: async (context, { session: reference, lineage: label }) =>
    await withProgress(context, 'Regenerating', async (options) => await context.services.campWork.regenerate(reference, label === undefined ? null : [label], options)),
  print: printWork,
  exitCode: exitCodeOf,
});

export const sessionRetryCommand = defineCommand({
  name: 'session retry',
  summary: 'Try again what failed, of one lineage or of all; nobody else is touched',
  details: `A failed answer gets a further attempt in the same cycle, a failed step of evolution is taken up again. ${goesOn}`,
  args: [sessionArgument],
  options: [lineageOption],
  examples: ['training session retry se_20260101 --lineage C'],
  input: z.object({ session, lineage: lineage.optional() }),
  result: sessionWorkResultSchema,
  run: async (context, { session: reference, lineage: label }) => await withProgress(context, 'Trying again', async (options) => await context.services.campWork.retry(reference, label ?? null, options)),
  print: printWork,
  exitCode: exitCodeOf,
});

export const sessionFeedbackCommand = defineCommand({
  name: 'session feedback',
  summary: 'Say what should be different; a quick start’s agent evolves by it and answers again',
  details: goesOn,
  args: [sessionArgument, { name: 'feedback', description: 'in your own words', isRequired: true }],
  examples: ['training session feedback se_20260101 "Shorter, and name the component first"'],
  input: z.object({ session, feedback: z.string().trim().min(1).max(20_000) }),
  result: sessionWorkResultSchema,
  run: async (context, { session: reference, feedback }) => await withProgress(context, 'Evolving', async (options) => await context.services.campWork.feedback(reference, feedback, options)),
  print: printWork,
  exitCode: exitCodeOf,
});

export const sessionPromoteCommand = defineCommand({
  name: 'session promote',
  summary: 'Make a session of four out of a quick start: its agent stays as the locked A, beside three others',
  details: `Variations keep its approach with another emphasis, alternatives take other approaches. Answers the new session. ${goesOn}`,
  args: [sessionArgument],
  options: [{ flags: '--strategy <kind>', description: 'what the three others are', choices: promotionKindSchema.options }],
  examples: ['training session promote se_20260101 --strategy variations', 'training session promote se_20260101 --strategy alternatives'],
  input: z.object({ session, strategy: promotionKindSchema }),
  result: sessionWorkResultSchema,
  run: async (context, { session: reference, strategy }) => await withProgress(context, 'Promoting', async (options) => await context.services.campWork.promote(reference, strategy, options)),
  print: printWork,
  exitCode: exitCodeOf,
});

export const sessionJudgeCommand = defineCommand({
  name: 'session judge',
  summary: 'Have the judge score what stands; your own scores stay apart',
  details: 'Asks the session’s judge model (training session set S --judge-model M). “training session report” says how far it agrees with you.',
  args: [sessionArgument],
  examples: ['training session judge se_20260101'],
  input: z.object({ session }),
  result: sessionStateSchema,
  run: async (context, input) => await withProgress(context, 'Judging', async (options) => await context.services.campWork.judge(input.session, options)),
  print: printState,
});
