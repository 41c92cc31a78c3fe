import { z } from 'zod';

const figure = z.number().nullable();
const preferenceFiguresSchema = z.object({ step: z.int(), rawPreference: figure, chosenLogProbPerToken: figure, rejectedLogProbPerToken: figure });

/** What preference training did to the pairs of the validation split; `rawPreference` is the share whose chosen answer is the likelier one per token. */
export const preferenceSchema = z
  .object({ before: preferenceFiguresSchema, after: preferenceFiguresSchema })
  .nullable()
  .describe('Of preference training: the validation pairs before training and at the best evaluation so far; null without such.');
export type Preference = z.infer<typeof preferenceSchema>;
