import { z } from 'zod';
import { directivesSchema, inputSplitSchema, lineageLabelSchema, promotionKindSchema, scoreSchema, sessionSchema, strategySchema } from './camp.ts';
import { artifactIdSchema } from './ids.ts';
import { startRequestSchema } from './requests.ts';
import { exportOptionsSchema } from './sessionExport.ts';
import { settingsSchema } from './settings.ts';

/** Params of the Camp's methods (contract.ts). */

export const sessionReferenceSchema = z.string().min(1).max(200).describe('A session’s id, the beginning of it, or its name.');
const session = sessionReferenceSchema;
const lineage = lineageLabelSchema;

/** `limitMegabytes` is the editor’s setting; null is what the environment says, or the default. */
export const sessionListParamsSchema = z.object({ limitMegabytes: settingsSchema.shape['sessions.limitMegabytes'].unwrap().nullable().default(null) });

export const sessionParamsSchema = z.object({ session });
export const lineageParamsSchema = z.object({ session, lineage });

/** `input` is the number of the one whose answers are looked at; null asks for no texts. */
export const sessionWorkParamsSchema = z.object({ session, input: z.int().positive().nullable().default(null) });

export const addInputParamsSchema = z.object({ session, text: z.string().trim().min(1).max(200_000), split: inputSplitSchema.default('train') });

/** Names the artifact, or the lineage and the input’s number. */
export const scoreParamsSchema = z
  .object({
    session,
    artifact: artifactIdSchema.optional(),
    lineage: lineage.optional(),
    input: z.int().positive().nullable().default(null),
    score: scoreSchema,
    comment: z.string().max(20_000).default(''),
  })
  .refine((params) => (params.artifact === undefined) !== (params.lineage === undefined), 'takes an artifact or a lineage');

export const lockParamsSchema = z.object({ session, lineage, isLocked: z.boolean() });

/** What is left out stays as it is; null takes a directive back. */
export const directParamsSchema = z.object({ session, lineage, sticky: directivesSchema.shape.sticky.unwrap().optional(), oneShot: directivesSchema.shape.oneShot.unwrap().optional() });

export const renameParamsSchema = z.object({ session, name: z.string().trim().min(1).max(200) });

/** What is left out stays as it is. */
export const configureParamsSchema = z.object({
  session,
  model: sessionSchema.shape.model.unwrap().optional(),
  trainerModel: sessionSchema.shape.trainerModel.unwrap().optional(),
  judgeModel: sessionSchema.shape.judgeModel.unwrap().optional(),
  costCapUsd: sessionSchema.shape.costCapUsd.unwrap().optional(),
});

export const agentParamsSchema = z.object({ session, lineage, version: z.int().positive().nullable().default(null) });
/** `isConfirmed`: an agent.yaml that came from elsewhere may be changed. */
export const saveAgentParamsSchema = agentParamsSchema.extend({ name: z.string().min(1).max(100).nullable().default(null), isConfirmed: z.boolean().default(false) });
export const importSessionParamsSchema = z.object({ file: z.string().min(1).max(5000), asCopy: z.boolean().default(false) });

export const setStrategiesParamsSchema = z.object({ session, strategies: z.array(strategySchema).max(4) });
export const suggestInputsParamsSchema = z.object({ session, count: z.int().min(1).max(20).default(4) });
/** `replace` names the strategies that others are wanted for; null is all. */
export const proposeParamsSchema = z.object({ session, replace: z.array(lineage).min(1).max(4).nullable().default(null) });
/** Without strategies: those that were proposed or set. */
export const confirmParamsSchema = z.object({ session, strategies: z.array(strategySchema).length(4).nullable().default(null) });
/** Without lineages: all that are not locked. */
export const regenerateParamsSchema = z.object({ session, lineages: z.array(lineage).min(1).max(4).nullable().default(null) });
export const retryParamsSchema = z.object({ session, lineage: lineage.nullable().default(null) });
export const feedbackParamsSchema = z.object({ session, feedback: z.string().trim().min(1).max(20_000) });
/** Without a text: the last message that was not answered. `about` is the lineage that it is about; null is all. */
export const chatParamsSchema = z.object({ session, text: z.string().trim().min(1).max(20_000).nullable().default(null), about: lineage.nullable().default(null) });
/** Both are counted from 1: the message of the trainer, and the suggestion within it. */
export const takeSuggestionParamsSchema = z.object({ session, message: z.int().positive(), suggestion: z.int().positive() });
export const promoteParamsSchema = z.object({ session, kind: promotionKindSchema });

/** The file lies within the workspace; without one, in a place of ours. */
export const exportParamsSchema = z.object({ session, options: exportOptionsSchema, file: z.string().min(1).max(5000).nullable().default(null) });
const datasetWish = { name: z.string().trim().min(1).max(80).nullable().default(null), split: z.string().max(200).nullable().default(null) };
export const toDatasetParamsSchema = z.object({ session, options: exportOptionsSchema, ...datasetWish });
export const toRunParamsSchema = toDatasetParamsSchema.extend(startRequestSchema.pick({ model: true, agent: true, set: true }).shape);
