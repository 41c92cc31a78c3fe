import { z } from 'zod';
import { inputSplitSchema, lineageLabelSchema } from './camp.ts';
import { sessionIdSchema } from './ids.ts';

/** Work under way on a session, as anybody can look at it: who started it, and whether their panel is open, plays no part. */

/** elsewhere: in another process, such as a terminal's; what it does there is not known here. */
export const workKindSchema = z.enum(['suggestInputs', 'propose', 'confirm', 'regenerate', 'retry', 'feedback', 'promote', 'judge', 'chat', 'elsewhere']);
export type WorkKind = z.infer<typeof workKindSchema>;

export const suggestedInputsSchema = z.array(z.object({ text: z.string(), split: inputSplitSchema }));

export const sessionWorkSchema = z.object({
  work: z
    .object({
      kind: workKindSchema,
      since: z.string().describe('ISO 8601.'),
      message: z.string().describe('How far it is, for a person; empty before it tells.'),
      share: z.number().min(0).max(1).nullable(),
      reply: z.string().describe('Of chat: what the trainer has said so far.'),
      texts: z.array(z.object({ lineage: lineageLabelSchema, text: z.string() })).describe('Answers to the asked input that are being written and are not stored yet; of a long one its end.'),
    })
    .nullable(),
  ended: z
    .object({
      id: z.int().positive().describe('Rises with each piece of work that ended in this process.'),
      kind: workKindSchema,
      problem: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).nullable().describe('Why it failed; null where it did what it could, or was cancelled.'),
      suggested: suggestedInputsSchema.describe('Of suggestInputs: what a person may add.'),
    })
    .nullable()
    .describe('The last work of this process on the session, while none is under way.'),
});
export type SessionWork = z.infer<typeof sessionWorkSchema>;

/** The process that works on a session, and since when. */
export const sessionWorkerSchema = z.object({ pid: z.int().positive(), since: z.string().describe('ISO 8601.') });
export type SessionWorker = z.infer<typeof sessionWorkerSchema>;

/** False: nothing was under way. */
export const cancelWorkResultSchema = z.object({ isAsked: z.boolean().describe('The work was asked to end; it does so between two answers, and keeps what was paid for.') });

export const cancelSessionResultSchema = z.object({
  session: sessionIdSchema,
  name: z.string(),
  work: sessionWorkerSchema.nullable().describe('What was asked to end; null where nothing was under way.'),
  hasEnded: z.boolean().describe('Nothing of it is under way any more.'),
});
export type CancelSessionResult = z.infer<typeof cancelSessionResultSchema>;
