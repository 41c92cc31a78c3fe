import { z } from 'zod';
import { graderNameSchema } from './datasets.ts';

const graderSchema = graderNameSchema.exclude(['preference', 'none']);

/** `CodeAgents/drills/<topic>.yaml`: cases with what is expected, and how an answer is graded. */
export const drillSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, 'expected letters, digits, dot, dash and underscore').describe('The file’s name without its extension.'),
  version: z.int().positive().describe('Counts up with each change of its cases.'),
  description: z.string().optional().describe('What it measures, in a sentence.'),
  grader: graderSchema.describe('How an answer is compared with what is expected.'),
  timeoutSeconds: z.number().positive().optional().describe('A case that takes longer has failed.'),
  maxTokens: z.int().positive().optional().describe('Longest answer in tokens.'),
  cases: z
    .array(
      z.strictObject({
        input: z.string().min(1).describe('What is asked.'),
        expected: z.json().describe('What a right answer is, as the grader takes it.'),
        grader: graderSchema.optional().describe('Another grader for this case.'),
        heldOut: z.boolean().optional().describe('Never trained on, so that it shows what was learned.'),
      }),
    )
    .min(1)
    .describe('What is asked, and what is expected.'),
});
