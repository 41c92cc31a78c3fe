import { z } from 'zod';
import { exportDefaults } from './exportDefaults.ts';
import { lineageLabelSchema } from './camp.ts';
import { artifactIdSchema } from './ids.ts';
import { jsonSchema } from './json.ts';

/** What a session can become (docs/export.md). */
export const exportKinds = ['sft', 'dpo', 'kto', 'reward', 'json', 'python', 'typescript'] as const;
export const exportKindSchema = z.enum(exportKinds);
export type ExportKind = z.infer<typeof exportKindSchema>;

/** How rows are written. SFT, KTO and reward rows take the first two. */
export const exportFormats = ['trl', 'trl_messages', 'openai_preference', 'sharegpt_ranking'] as const;
export const exportFormatSchema = z.enum(exportFormats);
export type ExportFormat = z.infer<typeof exportFormatSchema>;

/** refuse: an export with secrets asks for confirmation · mask: it is written with them masked · keep: as they are. */
export const secretHandlingSchema = z.enum(['refuse', 'mask', 'keep']);

export const exportOptionsSchema = z.object({
  kind: exportKindSchema,
  format: exportFormatSchema.default(exportDefaults.format),
  minScore: z.int().min(1).max(10).default(exportDefaults.minScore).describe('SFT: least score of a row. KTO: least score of a good answer.'),
  maxBadScore: z.int().min(1).max(10).default(exportDefaults.maxBadScore).describe('KTO: highest score of a bad answer.'),
  margin: z.int().min(1).max(9).default(exportDefaults.margin).describe('DPO: least difference of the two scores where no lock decides.'),
  system: z.string().max(200_000).default(exportDefaults.system).describe('The one system prompt of all rows; empty for none. Never a lineage’s own.'),
  includeJudge: z.boolean().default(exportDefaults.includeJudge).describe('Where a person gave no score, the judge’s counts.'),
  secrets: secretHandlingSchema.default('refuse'),
  lineage: lineageLabelSchema.optional().describe('Python and TypeScript: whose agent.'),
  version: z.int().positive().optional().describe('Python and TypeScript: which version; the newest unless said.'),
});
export type ExportOptions = z.infer<typeof exportOptionsSchema>;

export const leftOutReasons = [
  'held_out', 'not_executed', 'failed', 'other_cycle', 'empty', 'unscored', 'identical', 'tie', 'margin', 'locked_lower', 'below_threshold', 'in_between', 'repeated', 'reads_as_transcript',
] as const;

/** A candidate for a row that became none: two lineages for DPO, one for the others. */
export const leftOutSchema = z.object({
  reason: z.enum(leftOutReasons),
  detail: z.string(),
  cycle: z.int().positive(),
  /** The input's number. */
  input: z.int().positive(),
  lineages: z.array(lineageLabelSchema),
  artifacts: z.array(artifactIdSchema),
});
export type LeftOut = z.infer<typeof leftOutSchema>;

/** A secret that a text of the export holds; its own text is never told. */
export const foundSecretSchema = z.object({ kind: z.string(), masked: z.string(), where: z.string() });
export type FoundSecret = z.infer<typeof foundSecretSchema>;

export const exportResultSchema = z.object({
  kind: exportKindSchema,
  /** Null for JSON and code. */
  format: exportFormatSchema.nullable(),
  /** Rows; 1 for JSON and code. */
  count: z.int().nonnegative(),
  rows: z.array(z.record(z.string(), jsonSchema)),
  leftOut: z.array(leftOutSchema),
  secrets: z.array(foundSecretSchema),
  /** For a person, such as why there is nothing. */
  message: z.string(),
  /** What a file of this export should be called. */
  fileName: z.string(),
  /** Content of the file; null where there is nothing, and then no file is written. */
  text: z.string().nullable(),
});
export type ExportResult = z.infer<typeof exportResultSchema>;
