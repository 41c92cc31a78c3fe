import { z } from 'zod';

/**
 * The settings of the editor, without their prefix `trainingCamp.`. package.json’s `configuration` is made from here. A
 * setting that names a path is of the machine: a workspace, which may come from anywhere, can’t set it.
 */
export const settingsSchema = z.object({
  'notifications.runEnds': z
    .enum(['all', 'problems', 'none'])
    .default('all')
    .describe('Which ends of runs that this window started are told: all, only those that failed or were interrupted, or none.'),
  'sessions.limitMegabytes': z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1000)
    .describe('Megabytes that the sessions of a workspace may take. At 80 % of it the view Sessions says so and offers to free room; nothing is refused. Where it is not set, TRAINING_CAMP_SESSIONS_LIMIT_MB counts.'),
  'home': z
    .string()
    .max(1000)
    .default('')
    .describe('Folder for what all workspaces share: the Python environment and base models. Empty is the platform’s data folder, or what TRAINING_CAMP_HOME names. The backend starts anew when it changes.'),
  'python': z
    .string()
    .max(1000)
    .default('')
    .describe('The Python interpreter (3.11 or later) that “Set Up Training” makes its environment from. Empty looks for one.'),
});
export type Settings = z.output<typeof settingsSchema>;
export type SettingName = keyof Settings;

export const settingScopes: Readonly<Record<SettingName, 'application' | 'machine' | 'window'>> = {
  'notifications.runEnds': 'window',
  'sessions.limitMegabytes': 'window',
  'home': 'machine',
  'python': 'machine',
};

const jsonSchema = z.object({ properties: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** The settings as package.json writes them: type, choices, default and description are the schema’s own. */
export function settingProperties(prefix: string): Record<string, unknown> {
  const { properties } = jsonSchema.parse(z.toJSONSchema(settingsSchema, { io: 'input' }));
  const scopes = new Map<string, string>(Object.entries(settingScopes));
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [prefix + name, { ...schema, scope: scopes.get(name) }]));
}
