import { z } from 'zod';
import { agentVersionSchema, chatMessageSchema, diffEntrySchema, directivesSchema, evaluationSchema, evolutionRecordSchema, inputSplitSchema, lineageLabelSchema, scoreSchema, sessionModeSchema, sessionSchema, sessionSummarySchema, strategySchema } from './camp.ts';
import { prepareResultSchema } from './datasets.ts';
import { artifactIdSchema, sessionIdSchema } from './ids.ts';
import { startResultSchema } from './runResults.ts';
import { exportResultSchema } from './sessionExport.ts';
import { sessionWorkerSchema, suggestedInputsSchema } from './sessionWork.ts';

/** What commands and methods of the Camp answer, beside the whole document (camp.ts). */

const problem = z.object({ code: z.string(), message: z.string(), hint: z.string().optional() });

/** What keeps the unlocked lineages from being regenerated. */
export const missingSchema = z.object({
  lineage: lineageLabelSchema,
  input: z.int().positive().nullable().describe('Number of the input; null where the lineage has no agent yet.'),
  reason: z.enum(['notScored', 'failed', 'notExecuted', 'noAgent']),
});
export type Missing = z.infer<typeof missingSchema>;

/** A lineage as it stands, without its past. */
export const lineageStateSchema = z.object({
  label: lineageLabelSchema,
  strategyTag: z.string(),
  isLocked: z.boolean(),
  directives: directivesSchema,
  cycle: z.int().nonnegative(),
  version: z.int().nonnegative().describe('Of its newest agent; 0 where it has none.'),
  agent: z.object({ name: z.string(), sha256: z.string() }).nullable(),
  problem: problem.nullable(),
  failed: z.array(z.object({ input: z.int().positive(), attempt: z.int().positive(), error: problem })).describe('Inputs of this cycle that it has no answer to.'),
});
export type LineageState = z.infer<typeof lineageStateSchema>;

/** An artifact that stands now, with the person's latest score. */
export const standingArtifactSchema = z.object({
  id: artifactIdSchema,
  lineage: lineageLabelSchema,
  input: z.int().positive(),
  split: inputSplitSchema,
  cycle: z.int().positive(),
  version: z.int().positive(),
  content: z.string(),
  sha256: z.string(),
  promptSha256: z.string().nullable(),
  score: scoreSchema.nullable(),
  comment: z.string(),
});

/** Where a session stands: what most commands answer. */
export const sessionStateSchema = z.object({
  session: sessionSchema,
  cycle: z.int().nonnegative(),
  strategies: z.array(strategySchema),
  inputs: z.array(z.object({ number: z.int().positive(), text: z.string(), split: inputSplitSchema })),
  lineages: z.array(lineageStateSchema),
  artifacts: z.array(standingArtifactSchema),
  missing: z.array(missingSchema).describe('Empty: the unlocked lineages can be regenerated.'),
  file: z.string().describe('The session’s file.'),
});
export type SessionState = z.infer<typeof sessionStateSchema>;

/** Where a session stands, and who works on it. */
export const shownSessionSchema = sessionStateSchema.extend({ work: sessionWorkerSchema.nullable().describe('Work that is under way, in whichever process; null where none is.') });

/** Where the session stands after a score. */
export const scoreResultSchema = sessionStateSchema.extend({ evaluation: evaluationSchema });

/** How the work on each lineage went. */
export const lineageOutcomeSchema = z.object({
  lineage: lineageLabelSchema,
  outcome: z.enum(['advanced', 'retried', 'failed']).describe('advanced: to a new cycle · retried: a further attempt of the same cycle · failed: it stays where it is.'),
  cycle: z.int().nonnegative(),
  version: z.int().nonnegative(),
  problem: problem.nullable(),
});
export type LineageOutcome = z.infer<typeof lineageOutcomeSchema>;

export const sessionWorkResultSchema = sessionStateSchema.extend({ outcomes: z.array(lineageOutcomeSchema) });
export type SessionWorkResult = z.infer<typeof sessionWorkResultSchema>;

export const usageResultSchema = z.object({
  bytes: z.int().nonnegative().describe('Of all sessions together.'),
  limitBytes: z.int().positive(),
  isNearLimit: z.boolean().describe('At 80 % of the limit: export old sessions, then delete them.'),
});

export const sessionListResultSchema = z.object({
  sessions: z.array(sessionSummarySchema),
  importable: z.array(z.object({ file: z.string(), id: sessionIdSchema.nullable(), name: z.string(), problem: z.string().nullable() })).describe('Files of sessions that this workspace’s database does not have.'),
  usage: usageResultSchema,
});
export type SessionListResult = z.infer<typeof sessionListResultSchema>;

/** What a lineage was and did, cycle by cycle. */
export const historyResultSchema = z.object({
  session: sessionIdSchema,
  lineage: lineageLabelSchema,
  cycles: z.array(
    z.object({
      cycle: z.int().positive(),
      version: z.int().positive().nullable(),
      isLocked: z.boolean(),
      score: z.number().nullable().describe('Mean of the person’s latest scores on training inputs.'),
      heldOutScore: z.number().nullable(),
      artifacts: z.array(z.object({ id: artifactIdSchema, input: z.int().positive(), sha256: z.string(), scores: z.array(z.object({ score: scoreSchema, comment: z.string(), created: z.string() })) })),
      evolution: evolutionRecordSchema.nullable().describe('The step that led here.'),
    }),
  ),
});

export const agentResultSchema = z.object({
  session: sessionIdSchema,
  lineage: lineageLabelSchema,
  agent: agentVersionSchema,
  versions: z.array(z.int().positive()),
  diff: z.array(diffEntrySchema).describe('From its parent.'),
  evolution: evolutionRecordSchema.nullable(),
  file: z.string().nullable().describe('Where it was written as an agent.yaml.'),
});

const agreementSchema = z.object({ n: z.int().nonnegative().describe('Artifacts that both have scored.'), spearman: z.number().nullable(), meanAbsoluteError: z.number().nullable() });
const side = z.enum(['user', 'judge']);

/** How the agents do on inputs that nobody tuned to, and how far the judge agrees with the person. */
export const sessionReportSchema = z.object({
  session: sessionIdSchema,
  heldOut: z.object({
    scores: z.array(z.object({ cycle: z.int(), label: lineageLabelSchema, by: side, mean: z.number(), scored: z.int(), of: z.int() })),
    worse: z.array(z.object({ cycle: z.int(), label: lineageLabelSchema, input: z.int(), text: z.string(), by: side, before: z.number(), after: z.number() })).describe('Cases that got worse from one cycle to the next.'),
  }),
  judges: z.array(z.object({ judgeModel: z.string(), mapping: z.object({ scale: z.number(), offset: z.number() }).nullable(), raw: agreementSchema, calibrated: agreementSchema.nullable() })),
});

/** The whole conversation with the trainer, oldest message first. */
export const chatResultSchema = z.object({ session: sessionIdSchema, conversation: z.array(chatMessageSchema) });
export type ChatResult = z.output<typeof chatResultSchema>;

export const suggestInputsResultSchema = z.object({ inputs: suggestedInputsSchema });

export const exportFileResultSchema = exportResultSchema.omit({ rows: true, text: true }).extend({ session: sessionIdSchema, file: z.string().nullable().describe('Null where there is nothing to export; `message` and `leftOut` say why.') });
export type ExportFileResult = z.output<typeof exportFileResultSchema>;
export const toDatasetResultSchema = z.object({ export: exportFileResultSchema, dataset: prepareResultSchema.nullable().describe('Null where there is nothing to export.') });
export type ToDatasetResult = z.output<typeof toDatasetResultSchema>;
export const toRunResultSchema = toDatasetResultSchema.extend({ run: startResultSchema.nullable() });
export type ToRunResult = z.output<typeof toRunResultSchema>;

export const importSessionResultSchema = sessionStateSchema.extend({ isNew: z.boolean().describe('False: the session was here already, with the same content.'), isCopy: z.boolean() });
export const deleteSessionResultSchema = z.object({ session: sessionIdSchema, name: z.string(), trash: z.string().nullable().describe('Where its file was moved.'), freedBytes: z.int().nonnegative() });

/** A session as a person asks for it. */
export const newSessionSchema = z.object({
  name: z.string().min(1).max(200).nullable().default(null).describe('Null is the beginning of the need.'),
  need: z.string().trim().min(1).max(20_000),
  constraints: z.string().max(20_000).default(''),
  mode: sessionModeSchema.default('training'),
  inputs: z.array(z.object({ text: z.string().trim().min(1).max(200_000), split: inputSplitSchema.default('train') })).max(1000).default([]),
  model: z.string().min(1).max(500).nullable().default(null).describe('Null is the default model.'),
  trainerModel: z.string().min(1).max(500).nullable().default(null).describe('Null is the agents’ model.'),
  judgeModel: z.string().min(1).max(500).nullable().default(null),
  costCapUsd: z.number().nonnegative().nullable().default(null),
});
export type NewSession = z.output<typeof newSessionSchema>;
