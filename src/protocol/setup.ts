import { z } from 'zod';

/** What training needs on this machine; null for a part that is not set up. */
export const setupFactsSchema = z.object({
  home: z.string().describe('Folder of everything that all workspaces share.'),
  python: z.object({ path: z.string(), version: z.string() }).nullable(),
  torch: z.string().nullable(),
  device: z.string().nullable().describe('cuda, mps or cpu.'),
  model: z.object({ id: z.string(), path: z.string() }).nullable(),
});
export type SetupFacts = z.infer<typeof setupFactsSchema>;

export const setupResultSchema = setupFactsSchema.extend({ seconds: z.number() });

/** One finding of `training doctor`. error: something asked for cannot work · warning: it works less well. */
const checkSchema = z.object({
  id: z.string(),
  status: z.enum(['ok', 'warning', 'error']),
  message: z.string(),
  hint: z.string().nullable(),
});
export type Check = z.infer<typeof checkSchema>;

export const doctorResultSchema = z.object({
  checks: z.array(checkSchema).describe('What is so now, after the repairs.'),
  ok: z.boolean().describe('No check is an error.'),
  fixed: z.array(z.object({ id: z.string().describe('The check that was an error.'), message: z.string() })).describe('What was repaired, with --fix.'),
});
export type DoctorResult = z.infer<typeof doctorResultSchema>;

export const scaffoldResultSchema = z.object({
  workspace: z.string(),
  created: z.array(z.string()).describe('Paths relative to the workspace.'),
  kept: z.array(z.string()).describe('Files that were there and were left as they are.'),
});
export type ScaffoldResult = z.infer<typeof scaffoldResultSchema>;
