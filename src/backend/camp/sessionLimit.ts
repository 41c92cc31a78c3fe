import { settingsSchema } from '../../protocol/settings.ts';

const variable = 'TRAINING_CAMP_SESSIONS_LIMIT_MB';
const limitSchema = settingsSchema.shape['sessions.limitMegabytes'];

/** Bytes that the sessions of a workspace may take before it is told. A variable that says no number is told, and does not count. */
export function sessionLimitBytes(env: NodeJS.ProcessEnv, notify: (text: string) => void): number {
  const text = env[variable]?.trim() ?? '';
  const parsed = limitSchema.safeParse(text === '' ? undefined : Number(text));
  if (parsed.success) return bytesOf(parsed.data);
  const fallback = limitSchema.parse(undefined);
  notify(`${variable} is no whole number of megabytes from 1 to a million. The limit of the sessions is ${String(fallback)} MB.`);
  return bytesOf(fallback);
}

function bytesOf(megabytes: number): number {
  return megabytes * 1e6;
}
