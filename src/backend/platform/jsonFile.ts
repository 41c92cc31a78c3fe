import type { z } from 'zod';
import { readTextFile } from './files.ts';

/**
 * What a JSON file of our own says; null where there is none, or where it is torn, damaged or of another version: whoever
 * asks makes it anew.
 */
export function readJsonFile<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> | null {
  const text = readTextFile(file);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
