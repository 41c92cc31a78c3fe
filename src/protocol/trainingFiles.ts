import { z } from 'zod';
import { configKeys } from './configKeys.ts';
import { campaignSchema, profileSchema } from './profiles.ts';
import { trainingConfigSchema } from './runs.ts';

// Files in which people write training options, with each option spelled out: what an editor checks and completes. What
// reads them takes any key, and says itself where one is wrong.

/** Any of the options, in groups or dotted (`lora.rank`). */
const optionsSchema = z.strictObject({
  ...trainingConfigSchema.shape,
  ...Object.fromEntries(configKeys.filter(({ key }) => key.includes('.')).map(({ key, schema }) => [key, schema.optional()])),
});

export const profileFileSchema = profileSchema.extend({ defaults: optionsSchema.optional().describe('Training options that suit the model.') });
export const campaignFileSchema = campaignSchema.extend({ overrides: optionsSchema.optional().describe('Training options that differ from the profile’s.') });

/** `CodeAgents/training.config.json`: options for every run of the workspace. */
export const workspaceConfigSchema = optionsSchema.extend({
  $schema: z.string().optional(),
  model: z.string().min(1).optional().describe('Base model where no profile is chosen.'),
  profile: z.string().min(1).optional().describe('A profile of CodeAgents/models.'),
  campaign: z.string().min(1).optional().describe('A campaign of CodeAgents/campaigns.'),
});
