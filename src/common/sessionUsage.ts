import { memory } from './figures.ts';

/** What the sessions of a workspace take, in bytes. */
interface Usage {
  bytes: number;
  limitBytes: number;
}

/** `Sessions take 0.93 GB of 1 GB`: the same words on the command line and in the editor. */
export function usageText({ bytes, limitBytes }: Usage): string {
  const isLarge = limitBytes >= 1e9;
  const size = (value: number) => `${String(Number((value / (isLarge ? 1e9 : 1e6)).toFixed(2)))} ${isLarge ? 'GB' : 'MB'}`;
  return `Sessions take ${size(bytes)} of ${size(limitBytes)}`;
}

/** What a person can do near the limit. */
export const usageAdvice = 'Export what you want to keep, then delete old sessions. Nothing is refused at the limit.';

/** Of one session: most are far below a megabyte. */
export function sessionSize(bytes: number): string {
  return bytes < 1e6 ? `${String(Math.ceil(bytes / 1e3))} kB` : memory(bytes);
}
