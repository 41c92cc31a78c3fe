import { z } from 'zod';
import { datasetIdSchema } from './ids.ts';
import { jsonSchema } from './json.ts';

export const datasetFormats = [
  'openai_chat',
  'openai_chat_tools',
  'sharegpt',
  'sharegpt_tools',
  'alpaca',
  'prompt_completion',
  'text',
  'preference_strings',
  'preference_messages',
  'kto',
  'none',
] as const;
export const datasetFormatSchema = z.enum(datasetFormats);
export type DatasetFormat = z.infer<typeof datasetFormatSchema>;

export const splitNames = ['train', 'validation', 'test'] as const;
export const splitSchema = z.enum(splitNames);
export type Split = z.infer<typeof splitSchema>;

/** Targets of `--map target=source`; a source is a column, a JSON path (`$.a.b`), or a literal in quotes. */
export const mapTargets = [
  'messages', 'prompt', 'completion', 'system', 'instruction', 'input', 'output', 'text',
  'chosen', 'rejected', 'label', 'tools', 'weight', 'id',
] as const;
export const mapTargetSchema = z.enum(mapTargets);
export type MapTarget = z.infer<typeof mapTargetSchema>;

/* ---- the one normal form: OpenAI's chat shape, with weights ---- */

export const contentPartSchema = z.looseObject({ type: z.string() });
export type ContentPart = z.infer<typeof contentPartSchema>;

export const toolCallSchema = z.object({
  id: z.string().optional(),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.record(z.string(), jsonSchema) }),
});
export type ToolCall = z.infer<typeof toolCallSchema>;

/**
 * One turn. `weight` 0 keeps the turn in the context without training on it; absent means 1 for assistant turns.
 * `content` is a string, or parts where the source had parts that are not plain text.
 */
export const messageSchema = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.union([z.string(), z.array(contentPartSchema), z.null()]),
  name: z.string().optional(),
  tool_calls: z.array(toolCallSchema).optional(),
  tool_call_id: z.string().optional(),
  reasoning_content: z.string().optional(),
  weight: z.number().min(0).optional(),
});
export type Message = z.infer<typeof messageSchema>;

export const toolDefinitionSchema = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({ name: z.string() }),
});
export type ToolDefinition = z.infer<typeof toolDefinitionSchema>;

const rowExtras = {
  id: z.string().optional(),
  tools: z.array(toolDefinitionSchema).optional(),
  /** Columns of the source that the format has no place for, kept as they were. */
  meta: z.record(z.string(), jsonSchema).optional(),
};

export const chatRowSchema = z.object({ kind: z.literal('chat'), messages: z.array(messageSchema).min(1), ...rowExtras });
export const textRowSchema = z.object({ kind: z.literal('text'), text: z.string(), ...rowExtras });
export const preferenceRowSchema = z.object({
  kind: z.literal('preference'),
  messages: z.array(messageSchema),
  chosen: z.array(messageSchema).min(1),
  rejected: z.array(messageSchema).min(1),
  ...rowExtras,
});
export const ktoRowSchema = z.object({
  kind: z.literal('kto'),
  messages: z.array(messageSchema),
  completion: z.array(messageSchema).min(1),
  label: z.boolean(),
  ...rowExtras,
});

/** A line of a dataset's `rows.jsonl`. */
export const datasetRowSchema = z.discriminatedUnion('kind', [chatRowSchema, textRowSchema, preferenceRowSchema, ktoRowSchema]);
export type DatasetRow = z.infer<typeof datasetRowSchema>;
export type ChatRow = z.infer<typeof chatRowSchema>;
export type TextRow = z.infer<typeof textRowSchema>;
export type PreferenceRow = z.infer<typeof preferenceRowSchema>;
export type KtoRow = z.infer<typeof ktoRowSchema>;

/* ---- problems ---- */

export const severitySchema = z.enum(['error', 'warning', 'info']);
export type Severity = z.infer<typeof severitySchema>;

/** error: the row is left out · warning: kept · info. Lines and columns count from 1; `path` is a JSON path such as `$.messages[2].role`. */
export const datasetIssueSchema = z.object({
  file: z.string(),
  line: z.number().int().positive().nullable(),
  column: z.number().int().positive().nullable(),
  path: z.string().nullable(),
  severity: severitySchema,
  code: z.string(),
  message: z.string(),
  fix: z.string().nullable(),
});
export type DatasetIssue = z.infer<typeof datasetIssueSchema>;

export const graderNames = ['exact', 'json-fields', 'regex', 'preference', 'none'] as const;
export const graderNameSchema = z.enum(graderNames);
export type GraderName = z.infer<typeof graderNameSchema>;

export const dedupeModeSchema = z.enum(['exact', 'near', 'off']);

export const splitCountsSchema = z.object({ train: z.number().int(), validation: z.number().int(), test: z.number().int() });

/** Names that people give to datasets: they appear in paths and on command lines. */
export const datasetNamePattern = /^[\p{L}\p{N}][\p{L}\p{N} ._()+-]{0,79}$/u;
export const datasetNameRule = 'a name begins with a letter or digit and has letters, digits, blanks and . _ - + ( )';

export const datasetSummarySchema = z.object({
  id: datasetIdSchema,
  name: z.string(),
  version: z.number().int().positive(),
  format: datasetFormatSchema,
  rows: z.number().int(),
  splits: splitCountsSchema,
  tokens: z.number().int(),
  quality: z.number().nullable(),
  grader: graderNameSchema,
  sha256: z.string(),
  path: z.string(),
  created: z.string(),
});
export type DatasetSummary = z.infer<typeof datasetSummarySchema>;

/** Result of `training prepare`. With `--plan` nothing was written and `dataset` is null. */
export const prepareResultSchema = z.object({
  dataset: datasetSummarySchema.pick({ id: true, name: true, version: true, path: true }).nullable(),
  format: datasetFormatSchema,
  keptLines: z.array(z.object({ file: z.string(), lines: z.array(z.number().int()) })).optional(),
  rows: z.object({
    read: z.number().int(),
    kept: z.number().int(),
    invalid: z.number().int(),
    duplicates: z.number().int(),
    nearDuplicates: z.number().int(),
    lowQuality: z.number().int(),
  }),
  splits: splitCountsSchema,
  nearDuplicatesChecked: z.boolean(),
  quality: z.object({
    mean: z.number().nullable(),
    p10: z.number().nullable(),
    p50: z.number().nullable(),
    p90: z.number().nullable(),
    /** Ten bins over [0, 10). 10 counts into the last. */
    histogram: z.array(z.number().int()).length(10),
  }),
  tokens: z.object({ estimated: z.number().int() }),
  issues: z.array(datasetIssueSchema),
  issueCounts: z.record(z.string(), z.number().int()),
});
export type PrepareResult = z.infer<typeof prepareResultSchema>;
