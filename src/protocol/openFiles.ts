import { z } from 'zod';

/** Said by the editor: which lines of an open file a person sees, from 0. These are checked first. */
export const visibleLinesNotification = 'trainingCamp/visibleLines';

export const visibleLinesSchema = z.object({ uri: z.string().max(10_000), ranges: z.array(z.object({ from: z.int().min(0), to: z.int().min(0) })).max(100) });
export type VisibleLines = z.infer<typeof visibleLinesSchema>;
