import { z } from 'zod';

const schemaSchema = z.record(z.string(), z.unknown());
type Schema = z.infer<typeof schemaSchema>;

/**
 * Keywords that OpenAI's strict mode takes ("Structured Outputs", Supported schemas). Others only narrow what is asked for:
 * they are left out there, and hold all the same, because every answer is checked against the whole schema afterwards.
 */
const kept = new Set([
  'type', 'properties', 'required', 'items', 'enum', 'const', 'anyOf', '$ref', '$defs', 'definitions', 'description', 'title',
  'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minItems', 'maxItems',
]);
/** Keywords without which a schema would ask for something else. */
const essential = new Set(['oneOf', 'allOf', 'not', 'if', 'patternProperties', 'prefixItems', 'propertyNames']);

/**
 * A JSON Schema as strict mode wants it: closed objects with every key required. Null where that would change what is
 * asked for, as with optional keys or open objects; such a schema is sent as it is, and not as strict.
 */
export function strictSchema(schema: Schema): Schema | null {
  const strict = strictPart(schema);
  return strict?.['type'] === 'object' ? strict : null;
}

/** Undefined where there is no strict form. */
function strictPart(value: unknown): Schema | undefined {
  const schema = schemaSchema.safeParse(value).data;
  if (schema === undefined || Object.keys(schema).some((keyword) => essential.has(keyword))) return undefined;
  const result: Schema = {};
  for (const [keyword, content] of Object.entries(schema)) {
    if (!kept.has(keyword)) continue;
    const part = strictKeyword(keyword, content);
    if (part === undefined) return undefined;
    result[keyword] = part;
  }
  if (schema['type'] !== 'object') return hasKind(result) ? result : undefined;
  const { additionalProperties } = schema;
  if (additionalProperties !== undefined && additionalProperties !== false) return undefined;
  const names = Object.keys(schemaSchema.parse(result['properties'] ?? {}));
  const required = z.array(z.string()).parse(result['required'] ?? []);
  if (names.some((name) => !required.includes(name))) return undefined;
  return { ...result, properties: result['properties'] ?? {}, required: names, additionalProperties: false };
}

/** A part that allows anything has no strict form. */
function hasKind(schema: Schema): boolean {
  return ['type', 'enum', 'const', 'anyOf', '$ref'].some((keyword) => keyword in schema);
}

function strictKeyword(keyword: string, content: unknown): unknown {
  switch (keyword) {
    case 'properties':
    case '$defs':
    case 'definitions': {
      const parts = Object.entries(schemaSchema.parse(content)).map(([name, part]) => [name, strictPart(part)] as const);
      return parts.every(([, part]) => part !== undefined) ? Object.fromEntries(parts) : undefined;
    }
    case 'items':
      return strictPart(content);
    case 'anyOf': {
      const parts = z.array(z.unknown()).parse(content).map(strictPart);
      return parts.every((part) => part !== undefined) ? parts : undefined;
    }
    default:
      return content;
  }
}
