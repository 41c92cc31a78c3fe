import { z } from 'zod';

/** Training configuration as a person writes it in a layer: any subset of the keys of `TrainingConfig`, nested or dotted. */
const overridesSchema = z.record(z.string(), z.unknown());

const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, 'expected letters, digits, dot, dash and underscore');

/** Facts about a base model that no later layer may change. The trainer would build a different network otherwise. */
const lockedFactsSchema = z.strictObject({
  model: z.string().min(1).describe('Base model: the built-in id, owner/name of a hub model, or a folder.'),
  architecture: z.string().describe('First of config.json architectures.'),
  vocabularySize: z.int().positive().describe('Entries of the vocabulary, config.json vocab_size.'),
  contextLength: z.int().positive().describe('Longest document in tokens that the model was made for.'),
});
export type LockedFacts = z.infer<typeof lockedFactsSchema>;

/** `CodeAgents/models/<name>.yaml`: a model's locked facts and the hyper-parameters that suit it. */
export const profileSchema = z.strictObject({
  $schema: z.string().optional(),
  name: fileName.describe('The file’s name without its extension.'),
  description: z.string().optional(),
  locked: lockedFactsSchema,
  defaults: overridesSchema.default({}).describe('Training options; see docs/configuration.md.'),
});
export type Profile = z.infer<typeof profileSchema>;

/** `CodeAgents/campaigns/<name>.yaml`: overrides for one profile. */
export const campaignSchema = z.strictObject({
  $schema: z.string().optional(),
  name: fileName.describe('The file’s name without its extension.'),
  description: z.string().optional(),
  profile: fileName.describe('The profile that it overrides.'),
  overrides: overridesSchema.default({}).describe('Training options; see docs/configuration.md.'),
});
export type Campaign = z.infer<typeof campaignSchema>;

/** Keys of `CodeAgents/training.config.json` and `--config FILE` that choose rather than tune. */
export const selectionKeys = ['model', 'profile', 'campaign'] as const;

/** Named in a layer above the profile, these are an error. `model` is one where it names another model. */
export const lockedKeys = ['model', 'architecture', 'vocabularySize', 'contextLength'] as const;
