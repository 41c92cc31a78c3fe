import { z } from 'zod';
import { failure } from '../../../../protocol/errors.ts';
import type { JsonObject } from './schemaGrammar.ts';

/** What an answer has to follow beyond its grammar. */
export type SchemaCheck = (text: string) => string[];

/** A check of whole answers; empty is right. A schema that is none is `schema_unsupported`. */
export function schemaCheck(schema: JsonObject): SchemaCheck {
  const parser = parserOf(schema);
  return (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return ['The answer is no whole JSON.'];
    }
    const parsed = parser.safeParse(value);
    return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.length === 0 ? '' : `${path.map(String).join('.')}: `}${message}`);
  };
}

function parserOf(schema: JsonObject): z.ZodType {
  try {
    return z.fromJSONSchema(schema);
  } catch (error) {
    throw failure('schema_unsupported', `The response schema can’t be read: ${error instanceof Error ? error.message : String(error)}`, {
      hint: 'Use a simpler schema, or ask without one.',
      cause: error,
    });
  }
}
