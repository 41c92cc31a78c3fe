import { z } from 'zod';
import { jsonSchema, type Json } from '../../../../protocol/json.ts';
import { quoted } from './gbnf.ts';
import type { JsonObject, RuleMaker } from './schemaGrammar.ts';

const propertiesSchema = z.record(z.string(), jsonSchema);
const requiredSchema = z.array(z.string());

interface Property {
  /** Rule of name and value. */
  pair: string;
  isRequired: boolean;
}

/**
 * An object with its properties in the order of the schema, those that are not required or not at all. A rule says what
 * may follow from a property on, so that the grammar grows with the number of properties and not with their combinations.
 */
export function objectRule(schema: JsonObject, path: string, maker: RuleMaker): string {
  const named = propertiesSchema.parse(schema['properties'] ?? {});
  const required = new Set(requiredSchema.parse(schema['required'] ?? []));
  const rest = schema['additionalProperties'];
  // A required property without a schema of its own follows that of all others.
  for (const name of required) if (!Object.hasOwn(named, name)) named[name] = restSchema(rest, path, maker);
  const properties = Object.entries(named).map(([name, value]) => ({
    pair: maker.add(`${quoted(JSON.stringify(name))} ":" ws ${maker.ruleOf(value, `${path}/properties/${name}`)}`),
    isRequired: required.has(name),
  }));
  if (properties.length === 0) return mapRule(schema, path, maker);
  return maker.add(`"{" ws ${new Following(properties, maker).from(0, false)} ws "}"`);
}

function restSchema(rest: Json | undefined, path: string, maker: RuleMaker): Json {
  if (rest === false) throw maker.refuse('required', path);
  return rest ?? true;
}

/** An object whose names are free. */
function mapRule(schema: JsonObject, path: string, maker: RuleMaker): string {
  const rest = schema['additionalProperties'] ?? true;
  if (rest === false) return maker.add('"{" ws "}"');
  const value = maker.ruleOf(rest, `${path}/additionalProperties`);
  const name = namesRule(schema['propertyNames'], path, maker);
  const pair = maker.add(`${name} ":" ws ${value}`);
  return maker.add(`"{" ws (${pair} (ws "," ws ${pair})*)? ws "}"`);
}

function namesRule(names: Json | undefined, path: string, maker: RuleMaker): string {
  const parsed = propertiesSchema.safeParse(names);
  return parsed.success ? maker.ruleOf({ type: 'string', ...parsed.data }, `${path}/propertyNames`) : 'string';
}

class Following {
  readonly #properties: Property[];
  readonly #maker: RuleMaker;
  readonly #made = new Map<string, string>();

  constructor(properties: Property[], maker: RuleMaker) {
    this.#properties = properties;
    this.#maker = maker;
  }

  /** Rule of what may be written from a property on; `isBegun`: something stands before it. */
  from(index: number, isBegun: boolean): string {
    const key = `${String(index)} ${String(isBegun)}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const property = this.#properties[index];
    if (property === undefined) return '""';
    const written = `${isBegun ? 'ws "," ws ' : ''}${property.pair} ${this.from(index + 1, true)}`;
    const rule = this.#maker.add(property.isRequired ? written : `${written} | ${this.from(index + 1, isBegun)}`);
    this.#made.set(key, rule);
    return rule;
  }
}
