import type { AgentDefinition } from '../../../protocol/agentDefinitions.ts';
import type { DiffEntry } from '../../../protocol/camp.ts';
import { jsonSchema, type Json } from '../../../protocol/json.ts';
import { canonicalJson } from '../../../common/canonicalJson.ts';

/**
 * What changed between two definitions, as JSON paths with the value before and after. A null says that there is nothing
 * on that side. An array that grew or shrank, and an object where a null itself came or went, is one change as a whole,
 * so that the diff applied to the first definition always gives the second.
 */
export function definitionDiff(before: AgentDefinition, after: AgentDefinition): DiffEntry[] {
  return diff('$', asJson(before), asJson(after));
}

/** The value with a diff applied to it. */
export function applyDiff(value: Json, entries: readonly DiffEntry[]): Json {
  return entries.reduce<Json>((changed, { path, after }) => replaceAt(changed, readPath(path), after), value);
}

/** Every text within a value with its path. */
export function textsOf(value: Json, path: string): { path: string; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsOf(item, `${path}[${String(index)}]`));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => textsOf(item, pathOfKey(path, key)));
}

/** A definition as JSON: what is undefined is not there. */
export function asJson(definition: AgentDefinition): Json {
  return jsonSchema.parse(JSON.parse(JSON.stringify(definition)));
}

type JsonObject = Record<string, Json>;

function diff(path: string, before: Json, after: Json): DiffEntry[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  const whole = [{ path, before, after }];
  if (Array.isArray(before) && Array.isArray(after)) {
    if (before.length !== after.length) return whole;
    const items = before.map((item, index) => [item, after[index] ?? null] as const);
    return items.some(([was, is]) => isNullChange(was, is)) ? whole : items.flatMap(([was, is], index) => diff(`${path}[${String(index)}]`, was, is));
  }
  if (!isObject(before) || !isObject(after)) return whole;
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  // Null stands for absent in a diff: where a real null is involved, the objects tell it.
  if (keys.some((key) => !same(before, after, key) && (get(before, key) === null || get(after, key) === null))) return whole;
  return keys.flatMap((key) => (same(before, after, key) ? [] : diff(pathOfKey(path, key), get(before, key) ?? null, get(after, key) ?? null)));
}

function isNullChange(before: Json, after: Json): boolean {
  return (before === null) !== (after === null);
}

function same(before: JsonObject, after: JsonObject, key: string): boolean {
  return Object.hasOwn(before, key) === Object.hasOwn(after, key) && canonicalJson(get(before, key)) === canonicalJson(get(after, key));
}

/** Undefined where the object has no such key of its own. */
function get(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pathOfKey(path: string, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

function readPath(path: string): (string | number)[] {
  return [...path.matchAll(/\.([A-Za-z_$][\w$]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g)].map(([, name, index, quoted]) => {
    if (name !== undefined) return name;
    return index === undefined ? String(JSON.parse(quoted ?? '""')) : Number(index);
  });
}

function replaceAt(value: Json, [first, ...rest]: readonly (string | number)[], after: Json): Json {
  if (first === undefined) return after;
  if (Array.isArray(value)) return value.map((item, index) => (index === first ? replaceAt(item, rest, after) : item));
  const entries = isObject(value) ? Object.entries(value) : [];
  const key = String(first);
  if (rest.length === 0 && after === null) return Object.fromEntries(entries.filter(([name]) => name !== key));
  if (!entries.some(([name]) => name === key)) return Object.fromEntries([...entries, [key, replaceAt(null, rest, after)]]);
  return Object.fromEntries(entries.map(([name, item]) => [name, name === key ? replaceAt(item, rest, after) : item]));
}
