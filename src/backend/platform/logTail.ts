import { fileFacts, readRange } from './files.ts';

/** The last lines of a text file, however long it is; empty where there is none. */
export function logTail(file: string, options: { lines: number; maxBytes?: number }): string[] {
  const facts = fileFacts(file);
  if (facts === null) return [];
  const length = Math.min(facts.sizeBytes, options.maxBytes ?? 64 * 1024);
  const text = readRange(file, facts.sizeBytes - length, length).toString('utf8');
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.slice(-options.lines);
}
