import { z } from 'zod';

/** One token of a row. The texts of a row's tokens, put together, are the rendered row. */
export const lensTokenSchema = z.object({
  text: z.string().describe('Empty for the first parts of a character that several tokens make up.'),
  id: z.int(),
  trained: z.boolean(),
  stop: z.boolean().describe('The stop token of a trained turn.'),
});
export type LensToken = z.infer<typeof lensTokenSchema>;

export const lensRowSchema = z.object({
  row: z.int().describe('Counts from 1, as in dataset show.'),
  tokens: z.array(lensTokenSchema),
  stopTrained: z.boolean().describe('Every trained turn ends in a stop token that is trained.'),
  truncated: z.boolean(),
  trainedTokens: z.int().describe('As many as a run reports for the row.'),
  dropReason: z.string().nullable().describe('Why a run leaves the row out: too_long, template_rejected, turns_not_found, no_trained_tokens, …'),
  problems: z.array(z.object({ code: z.string(), message: z.string() })),
});
export type LensRow = z.infer<typeof lensRowSchema>;

/** Result of `training inspect`. */
export const inspectResultSchema = z.object({
  dataset: z.object({ id: z.string(), name: z.string(), version: z.int() }),
  model: z.string(),
  maxLength: z.int(),
  rows: z.array(lensRowSchema),
  total: z.int().describe('Rows of the dataset.'),
});
export type InspectResult = z.infer<typeof inspectResultSchema>;
