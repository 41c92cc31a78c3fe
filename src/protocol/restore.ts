import { z } from 'zod';

/** What restoring a workspace's database would do. Nothing is done where it is whole. */
export const restorePlanSchema = z.object({
  database: z.string(),
  problem: z.object({ code: z.string(), message: z.string() }).nullable().describe('Why it does not open; null where it is whole.'),
  backup: z
    .object({ path: z.string(), made: z.iso.datetime(), sizeBytes: z.int() })
    .nullable()
    .describe('The newest backup that verifies. Null: there is none, and the index is made again from the folders alone.'),
  rejected: z.array(z.object({ path: z.string(), reason: z.string() })).describe('Newer backups that do not verify.'),
  loses: z.string().describe('What does not come back.'),
});
export type RestorePlan = z.infer<typeof restorePlanSchema>;

export const restoreResultSchema = restorePlanSchema.extend({
  trash: z.string().nullable().describe('The folder with the database that was there; null where it is whole and was left as it is.'),
  datasets: z.int().describe('Datasets whose versions were added from their folders.'),
  runs: z.int().describe('Runs that were added, or brought up to date, from their folders.'),
});
export type RestoreResult = z.infer<typeof restoreResultSchema>;
