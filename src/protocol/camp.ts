import { z } from 'zod';
import { agentDefinitionSchema, agentParametersSchema, traceEntrySchema } from './agentDefinitions.ts';
import { executionIdSchema, evaluationIdSchema, artifactIdSchema, evolutionIdSchema, inputIdSchema, sessionIdSchema } from './ids.ts';
import { jsonSchema } from './json.ts';

/**
 * The Camp's words and the document of a session. The document is what `CodeAgents/camp/<session>.json` holds, what
 * `sessions/show` answers, and what exports are made from. A document that a person or another program wrote may leave
 * out whatever has a default.
 */

export const lineageLabels = ['A', 'B', 'C', 'D'] as const;
export const lineageLabelSchema = z.enum(lineageLabels);
export type LineageLabel = z.infer<typeof lineageLabelSchema>;

export const sessionModeSchema = z.enum(['quickstart', 'training']);
export type SessionMode = z.infer<typeof sessionModeSchema>;

/** draft: strategies are talked about · confirmed: they stand, agents are made of them · active: agents have answered. */
export const sessionStageSchema = z.enum(['draft', 'confirmed', 'active']);

/** Whole numbers only: what a person did not say exactly, the Camp does not know. */
export const scoreSchema = z.int().min(1).max(10);

export const inputSplitSchema = z.enum(['train', 'heldOut']);
export type InputSplit = z.infer<typeof inputSplitSchema>;

const time = z.iso.datetime();
const costUsd = z.number().nonnegative().nullable().default(null).describe('Null where no price is known; local models cost 0.');
const tokens = z.int().nonnegative().nullable().default(null);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const problem = z.object({ code: z.string(), message: z.string(), hint: z.string().optional() });

export const strategySchema = z.object({
  label: lineageLabelSchema,
  tag: z.string().min(1).max(60).describe('A few words to know it by, such as Quick Triage.'),
  approach: z.string().min(1).max(4000).describe('How an agent of this strategy goes about the need.'),
});
export type Strategy = z.infer<typeof strategySchema>;

/** In characters; a lineage has one of either kind, which may be several on lines of their own. */
export const longestDirective = 10_000;

export const directivesSchema = z.object({
  sticky: z.string().max(longestDirective).nullable().default(null).describe('Holds for every further cycle until it is taken back.'),
  oneShot: z.string().max(longestDirective).nullable().default(null).describe('Holds for the next cycle alone.'),
});

export const agentVersionSchema = z.object({
  version: z.int().positive(),
  parent: z.int().positive().nullable().default(null),
  origin: z.enum(['generated', 'evolved', 'promoted', 'edited', 'imported']).default('imported'),
  definition: agentDefinitionSchema,
  sha256: sha256.optional().describe('Of the definition as canonical JSON; made where it is absent.'),
  created: time.optional(),
});
export type AgentVersion = z.infer<typeof agentVersionSchema>;

export const lineageSchema = z.object({
  label: lineageLabelSchema,
  strategyTag: z.string().max(60),
  approach: z.string().max(4000).default(''),
  isLocked: z.boolean().default(false),
  directives: directivesSchema.prefault({}),
  /** The cycle that it stands at; those of one session may differ while one of them waits to be tried again. */
  cycle: z.int().nonnegative().default(0),
  agents: z.array(agentVersionSchema).default([]),
  /** Why its last regeneration or generation stopped; it can be tried again alone. */
  problem: problem.nullable().default(null),
});
export type Lineage = z.infer<typeof lineageSchema>;

export const inputSchema = z.object({
  id: inputIdSchema,
  number: z.int().positive().describe('How people name it.'),
  text: z.string().min(1).max(200_000),
  split: inputSplitSchema.default('train'),
});
export type CampInput = z.infer<typeof inputSchema>;

export const executionStateSchema = z.enum(['running', 'completed', 'failed', 'cancelled']);

/** One agent version on one input. A failed one has no artifact, can never be scored, and is tried again by another. */
export const executionSchema = z.object({
  id: executionIdSchema,
  lineage: lineageLabelSchema,
  version: z.int().positive(),
  input: inputIdSchema,
  cycle: z.int().positive(),
  attempt: z.int().positive().default(1),
  state: executionStateSchema,
  model: z.string().default(''),
  parameters: agentParametersSchema.default({}),
  promptSha256: sha256.optional().describe('Of the messages that the model was sent first.'),
  promptTokens: tokens,
  completionTokens: tokens,
  seconds: z.number().nonnegative().nullable().default(null),
  costUsd,
  error: problem.nullable().default(null),
  artifact: artifactIdSchema.nullable().default(null),
  trace: z.array(traceEntrySchema).default([]),
  created: time.optional(),
});
export type Execution = z.infer<typeof executionSchema>;

/** What an execution really produced. */
export const artifactSchema = z.object({ id: artifactIdSchema, content: z.string(), sha256: sha256.optional() });
export type Artifact = z.infer<typeof artifactSchema>;

/** A further evaluation of the same artifact by the same side counts instead of the earlier, which is kept. */
export const evaluationSchema = z.object({
  id: evaluationIdSchema,
  artifact: artifactIdSchema,
  cycle: z.int().positive(),
  score: scoreSchema,
  comment: z.string().max(20_000).default(''),
  by: z.enum(['user', 'judge']).default('user'),
  judgeModel: z.string().nullable().default(null),
  created: time,
});
export type Evaluation = z.infer<typeof evaluationSchema>;

/** Which execution stands for a lineage and input in a cycle; a locked lineage's stands on from cycle to cycle. */
export const standingSchema = z.object({ lineage: lineageLabelSchema, input: inputIdSchema, execution: executionIdSchema });
export type Standing = z.infer<typeof standingSchema>;

export const cycleSchema = z.object({
  number: z.int().positive(),
  /** Which lineages were locked when it was scored; of the open cycle, those that are locked now. */
  locked: z.array(lineageLabelSchema).default([]),
  standings: z.array(standingSchema).default([]),
});
export type Cycle = z.infer<typeof cycleSchema>;

/** What is to be learned from scores and comments: an aspect of the answers, and where it should go. */
export const aspectSchema = z.object({
  aspect: z.string().min(1).max(300),
  direction: z.enum(['more', 'less', 'keep']),
  strength: z.number().min(0).max(1),
  inputs: z.array(z.int().positive()).default([]).describe('Numbers of the inputs that show it.'),
});
export type Aspect = z.infer<typeof aspectSchema>;

/** Blame of one segment of the prompt. Positive: without it the score rises, so it harms. */
export const segmentBlameSchema = z.object({
  segment: z.string(),
  path: z.string().default('$.systemPrompt').describe('JSON path of the prompt within the definition.'),
  /** Position in the prompt, in UTF-16 units. */
  start: z.int().nonnegative(),
  end: z.int().nonnegative(),
  blame: z.number(),
  method: z.enum(['leave-one-out', 'log-probability', 'opinion']).describe('opinion is a model’s guess, not a measurement.'),
  evidence: z.string(),
  standardError: z.number().nonnegative().nullable().default(null).describe('Of the blame; null where it can’t be told.'),
  samples: z.int().nonnegative().describe('How many answers were compared.'),
});
export type SegmentBlame = z.infer<typeof segmentBlameSchema>;

export const plannedChangeSchema = z.object({
  target: z.string().min(1).max(100).describe('systemPrompt, tools, flow, parameters or memory.'),
  change: z.string().min(1).max(4000),
  reason: z.string().max(4000),
});
export type PlannedChange = z.infer<typeof plannedChangeSchema>;

export const diffEntrySchema = z.object({
  path: z.string().describe('JSON path within the definition, such as $.systemPrompt.'),
  before: jsonSchema.nullable(),
  after: jsonSchema.nullable(),
});
export type DiffEntry = z.infer<typeof diffEntrySchema>;

/** One step of a lineage from a version to the next: why, what was planned, and what really changed. */
export const evolutionRecordSchema = z.object({
  id: evolutionIdSchema,
  lineage: lineageLabelSchema,
  fromCycle: z.int().positive(),
  toCycle: z.int().positive(),
  parentVersion: z.int().positive(),
  version: z.int().positive(),
  /** Mean of the scores that it answers. */
  score: z.number().nullable().default(null),
  directives: directivesSchema.prefault({}),
  analysis: z.array(aspectSchema).default([]),
  credit: z.array(segmentBlameSchema).default([]),
  creditCalls: z.int().nonnegative().default(0),
  hypothesis: z.string().default(''),
  plan: z.array(plannedChangeSchema).default([]),
  /** What a person should know of how it came about: a text that was cut for the context length, a measurement that fell back to an opinion. */
  notes: z.array(z.string()).default([]),
  /** Computed from the two definitions, never taken from the plan. */
  diff: z.array(diffEntrySchema).default([]),
  /** Mean score of the new version less that of its parent, once both are scored. */
  effect: z.number().nullable().default(null),
  model: z.string().default(''),
  promptTokens: tokens,
  completionTokens: tokens,
  costUsd,
  created: time.optional(),
});
export type EvolutionRecord = z.infer<typeof evolutionRecordSchema>;

export const feedbackSchema = z.object({ version: z.int().positive(), text: z.string().min(1).max(20_000), created: time });

/** What the trainer would change, in words that do nothing until a person takes them: a directive for a lineage, or a strategy before they are confirmed. */
export const chatSuggestionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('directive'), lineage: lineageLabelSchema, holds: z.enum(['oneShot', 'sticky']), text: z.string().min(1).max(2000) }),
  z.object({ kind: z.literal('strategy'), lineage: lineageLabelSchema, tag: strategySchema.shape.tag, approach: strategySchema.shape.approach }),
]);
export type ChatSuggestion = z.infer<typeof chatSuggestionSchema>;

/** One message of the conversation with the trainer. A user's message that none of the trainer's follows is not answered yet. */
export const chatMessageSchema = z.object({
  number: z.int().positive().describe('Its place in the conversation, from 1.'),
  by: z.enum(['user', 'trainer']),
  text: z.string().min(1).max(20_000),
  about: lineageLabelSchema.nullable().default(null).describe('The lineage that a user’s message is about; null is all of them.'),
  suggestions: z.array(chatSuggestionSchema).max(8).default([]),
  notes: z.array(z.string()).default([]).describe('What a person should know of how an answer came about, such as texts that were cut.'),
  model: z.string().default(''),
  costUsd,
  created: time,
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;

/** variations: the same approach with another emphasis · alternatives: other approaches. */
export const promotionKindSchema = z.enum(['variations', 'alternatives']);
export type PromotionKind = z.infer<typeof promotionKindSchema>;

export const sessionSchema = z.object({
  id: sessionIdSchema,
  name: z.string().min(1).max(200),
  need: z.string().min(1).max(20_000),
  constraints: z.string().max(20_000).default(''),
  mode: sessionModeSchema,
  stage: sessionStageSchema.default('draft'),
  promotedFrom: z
    .object({ session: sessionIdSchema, version: z.int().positive(), kind: promotionKindSchema.default('variations') })
    .nullable()
    .default(null)
    .describe('The quick start whose agent is lineage A, and what the others are beside it.'),
  /** Reference of the model that agents answer with, and of the one that proposes, generates and evolves. */
  model: z.string().min(1).max(500).default('builtin'),
  trainerModel: z.string().min(1).max(500).default('builtin'),
  judgeModel: z.string().min(1).max(500).nullable().default(null),
  costCapUsd: z.number().nonnegative().nullable().default(null),
  created: time,
  updated: time,
});
export type Session = z.infer<typeof sessionSchema>;

export const sessionFormat = 'training-camp-session';

export const sessionDocumentSchema = z.object({
  format: z.literal(sessionFormat),
  formatVersion: z.literal(1),
  session: sessionSchema,
  strategies: z.array(strategySchema).max(4).default([]),
  inputs: z.array(inputSchema).max(1000).default([]),
  lineages: z.array(lineageSchema).max(4).default([]),
  cycles: z.array(cycleSchema).max(10_000).default([]),
  executions: z.array(executionSchema).default([]),
  artifacts: z.array(artifactSchema).default([]),
  evaluations: z.array(evaluationSchema).default([]),
  feedback: z.array(feedbackSchema).default([]),
  conversation: z.array(chatMessageSchema).default([]).describe('With the trainer, oldest first.'),
  evolutions: z.array(evolutionRecordSchema).default([]),
  spent: z.object({ calls: z.int().nonnegative(), promptTokens: z.int().nonnegative(), completionTokens: z.int().nonnegative(), costUsd: z.number().nonnegative() })
    .default({ calls: 0, promptTokens: 0, completionTokens: 0, costUsd: 0 })
    .describe('Everything that the session called, failed and repeated calls among it.'),
});
export type SessionDocument = z.infer<typeof sessionDocumentSchema>;

/** A line in the list of sessions. */
export const sessionSummarySchema = sessionSchema.pick({ id: true, name: true, need: true, mode: true, stage: true, created: true, updated: true }).extend({
  cycle: z.int().nonnegative(),
  inputs: z.int().nonnegative(),
  lineages: z.array(z.object({ label: lineageLabelSchema, strategyTag: z.string(), isLocked: z.boolean(), version: z.int().nonnegative(), score: z.number().nullable(), hasProblem: z.boolean() })),
  bytes: z.int().nonnegative(),
  isWorking: z.boolean().describe('Work is under way on it, in this process or another.'),
});
export type SessionSummary = z.infer<typeof sessionSummarySchema>;
