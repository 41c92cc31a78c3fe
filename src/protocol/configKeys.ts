import { z } from 'zod';
import { trainingConfigSchema } from './runs.ts';

/** One training option: its dotted key, its schema, and what the schema says about it. */
export interface ConfigKey {
  key: string;
  schema: z.ZodType;
  defaultValue: unknown;
  description: string;
}

/** Every training option, in the schema's order. The schema is the only place that names them. */
export const configKeys: readonly ConfigKey[] = listKeys(trainingConfigSchema, '');

const byKey = new Map(configKeys.map((entry) => [entry.key, entry]));

export function findConfigKey(key: string): ConfigKey | undefined {
  return byKey.get(key);
}

/** Keys that only group others, such as `lora`. */
export const configGroups: ReadonlySet<string> = new Set(
  configKeys.flatMap((entry) => entry.key.split('.').slice(0, -1).map((_, index, parts) => parts.slice(0, index + 1).join('.'))),
);

function listKeys(schema: z.ZodObject, prefix: string): ConfigKey[] {
  const defaults = z.record(z.string(), z.unknown()).parse(schema.parse({}));
  return Object.entries(schema.shape).flatMap(([name, child]) => {
    const group = groupOf(child);
    if (group !== null) return listKeys(group, `${prefix}${name}.`);
    const leaf: z.ZodType = child instanceof z.ZodType ? child : z.unknown();
    return [{ key: `${prefix}${name}`, schema: leaf, defaultValue: defaults[name], description: leaf.description ?? '' }];
  });
}

/** The object inside `z.strictObject(…).prefault({})`, or null for a value. */
function groupOf(schema: unknown): z.ZodObject | null {
  if (schema instanceof z.ZodObject) return schema;
  if (schema instanceof z.ZodPrefault) return groupOf(schema.unwrap());
  return null;
}
