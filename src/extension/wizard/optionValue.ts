import type { ConfigKey } from '../../protocol/configKeys.ts';
import type { SetEntry } from './presets.ts';

/** The schema’s own words, or undefined where the value is good. A list is written with commas. */
export function problemOf({ schema }: ConfigKey, text: string): string | undefined {
  const value = parseValue(text);
  const readings = [value, typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value];
  const results = readings.map((reading) => schema.safeParse(reading));
  if (results.some(({ success }) => success)) return undefined;
  return results[0]?.error?.issues[0]?.message ?? 'That is no value for this option.';
}

/** `true`, `null` and numbers are what they say; everything else is text. */
export function parseValue(text: string): SetEntry['value'] {
  const trimmed = text.trim();
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  if (trimmed === 'null') return null;
  return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
}
