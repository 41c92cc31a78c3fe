import { z } from 'zod';
import { failure, type CampError } from '../../../../protocol/errors.ts';
import { jsonSchema, type Json } from '../../../../protocol/json.ts';
import { baseRules, literal, repeated } from './gbnf.ts';
import { objectRule } from './objectRule.ts';
import { integerRule, numberRule, stringRule } from './valueRules.ts';

export type JsonObject = { [key: string]: Json };

/** What rules are made with. */
export interface RuleMaker {
  /** Rule of a schema, which may refer to itself. */
  ruleOf(schema: Json, path: string): string;
  /** Puts a body under a name of its own. */
  add(body: string): string;
  refuse(keyword: string, path: string): CampError;
}

/** These shape the answer in ways that no grammar holds. */
const refusedKeywords = ['not', 'if', 'patternProperties', 'dependentSchemas', 'contains', '$dynamicRef', '$recursiveRef'];

const listSchema = z.array(jsonSchema);
const objectSchema = z.record(z.string(), jsonSchema);
/**
 * A grammar, in llama.cpp's notation, for the answers that follow a JSON Schema; every text that it allows is whole JSON.
 * It may allow less than the schema does: an object has the properties that are named, in their order, those that are
 * not required or not at all. It may allow more where a keyword only restricts values (`pattern`, `multipleOf`,
 * `uniqueItems`, wide ranges, long lengths, most formats): a whole answer is checked for those afterwards. What shapes
 * the answer in a way that no grammar holds is `schema_unsupported`.
 */
export function schemaGrammar(root: JsonObject): string {
  const rules = new Map<string, string>();
  const ofReference = new Map<string, string>();
  const maker: RuleMaker = {
    ruleOf: (schema, path) => ruleOf(schema, path),
    add: (body) => {
      const name = `r${String(rules.size)}`;
      rules.set(name, body);
      return name;
    },
    refuse: (keyword, path) =>
      failure('schema_unsupported', `No grammar can be made of the response schema: “${keyword}” at ${path} is not supported.`, {
        hint: 'Leave it out of the schema, or ask without one.',
        details: { keyword, path },
      }),
  };

  function ruleOf(schema: Json, path: string): string {
    if (schema === true) return 'any';
    const parsed = objectSchema.safeParse(schema);
    if (!parsed.success) throw maker.refuse(JSON.stringify(schema), path);
    const own = parsed.data;
    const refused = refusedKeywords.find((keyword) => own[keyword] !== undefined);
    if (refused !== undefined) throw maker.refuse(refused, path);
    const { $ref, allOf, anyOf, oneOf, type, ...rest } = own;
    if ($ref !== undefined) return referenceRule($ref, path);
    if (allOf !== undefined) return ruleOf(merged(own, listSchema.parse(allOf), path, maker), path);
    const variants = anyOf ?? oneOf;
    if (variants !== undefined) {
      const others = type === undefined ? rest : { ...rest, type };
      return alternatives(listSchema.parse(variants).map((variant, index) => [variantWith(others, variant), `${path}/${anyOf === undefined ? 'oneOf' : 'anyOf'}/${String(index)}`]));
    }
    if (own['const'] !== undefined) return maker.add(literal(own['const']));
    if (own['enum'] !== undefined) return maker.add(listSchema.parse(own['enum']).map(literal).join(' | '));
    if (Array.isArray(type)) return alternatives(type.map((one) => [{ ...rest, type: one }, path]));
    return typedRule(type ?? impliedType(own), own, path);
  }

  function alternatives(variants: [Json, string][]): string {
    return maker.add(variants.map(([variant, path]) => ruleOf(variant, path)).join(' | '));
  }

  function typedRule(type: Json, own: JsonObject, path: string): string {
    switch (type) {
      case 'any':
      case 'boolean':
      case 'null':
        return type;
      case 'string':
        return stringRule(own, maker);
      case 'integer':
        return integerRule(own, maker);
      case 'number':
        return numberRule(own, maker);
      case 'array':
        return arrayRule(own, path);
      case 'object':
        return objectRule(own, path, maker);
      default:
        throw maker.refuse(`type ${JSON.stringify(type)}`, path);
    }
  }

  function arrayRule(own: JsonObject, path: string): string {
    const tuple = own['prefixItems'] ?? (Array.isArray(own['items']) ? own['items'] : undefined);
    if (tuple !== undefined) {
      const items = listSchema.parse(tuple).map((item, index) => ruleOf(item, `${path}/prefixItems/${String(index)}`));
      return maker.add(`"[" ws ${items.join(' "," ws ')} ws "]"`);
    }
    const item = own['items'] === undefined ? 'any' : ruleOf(own['items'], `${path}/items`);
    return maker.add(`"[" ws ${repeated(item, own)} ws "]"`);
  }

  function referenceRule(reference: Json, path: string): string {
    if (typeof reference !== 'string' || !reference.startsWith('#')) throw maker.refuse(`$ref ${JSON.stringify(reference)}`, path);
    const existing = ofReference.get(reference);
    if (existing !== undefined) return existing;
    // The name stands before the rule does, so that a schema can refer to itself.
    const name = maker.add('');
    ofReference.set(reference, name);
    rules.set(name, ruleOf(targetOf(root, reference, path, maker), reference));
    return name;
  }

  const top = ruleOf(root, '#');
  const lines = [`root ::= ${top}`, ...[...rules].map(([name, body]) => `${name} ::= ${body}`), ...baseRules];
  return lines.join('\n');
}

/** A schema without `type` means what its keywords are about. */
function impliedType(own: JsonObject): string {
  if (own['properties'] !== undefined || own['additionalProperties'] !== undefined || own['required'] !== undefined) return 'object';
  if (own['items'] !== undefined || own['prefixItems'] !== undefined) return 'array';
  if (own['minLength'] !== undefined || own['maxLength'] !== undefined || own['pattern'] !== undefined || own['format'] !== undefined) return 'string';
  return own['minimum'] !== undefined || own['maximum'] !== undefined ? 'number' : 'any';
}

function variantWith(others: JsonObject, variant: Json): Json {
  const parsed = objectSchema.safeParse(variant);
  if (!parsed.success || parsed.data['$ref'] !== undefined) return variant;
  return { ...others, ...parsed.data };
}

/** Schemas that all hold at once, as one: properties come together, any other keyword may stand in one of them only. */
function merged(own: JsonObject, parts: Json[], path: string, maker: RuleMaker): JsonObject {
  const { allOf: _allOf, ...result } = own;
  for (const part of parts) {
    for (const [key, value] of Object.entries(objectSchema.parse(part))) {
      const present = result[key];
      if (present === undefined || JSON.stringify(present) === JSON.stringify(value)) result[key] = value;
      else if (key === 'properties') result[key] = { ...objectSchema.parse(present), ...objectSchema.parse(value) };
      else if (key === 'required') result[key] = [...listSchema.parse(present), ...listSchema.parse(value)];
      else throw maker.refuse('allOf', path);
    }
  }
  if (parts.length === 1 && Object.keys(result).length === 0) throw maker.refuse('allOf', path);
  return result;
}

/** What a JSON pointer within the schema names (RFC 6901). */
function targetOf(root: JsonObject, reference: string, path: string, maker: RuleMaker): Json {
  let value: Json = root;
  for (const part of reference.split('/').slice(1)) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    const parsed = objectSchema.safeParse(value);
    const next = parsed.success && Object.hasOwn(parsed.data, key) ? parsed.data[key] : undefined;
    if (next === undefined) throw maker.refuse(`$ref ${reference}`, path);
    value = next;
  }
  return value;
}
