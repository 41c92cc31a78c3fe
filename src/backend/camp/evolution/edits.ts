import { canonicalJson } from '../../../common/canonicalJson.ts';
import type { Json } from '../../../protocol/json.ts';
import { normalised } from '../trainer/likeness.ts';
import { splitPrompt } from './segments.ts';

/**
 * One thing that a change of a definition did: a segment of a text or an item of a list that came to a path or went from
 * it, or a value that a path has now. `key` is what of it compares: of a text, its words and digits in lower case.
 */
export interface Edit {
  path: string;
  kind: 'segment' | 'item' | 'value';
  isAdded: boolean;
  text: string;
  key: string;
}

interface Leaf {
  path: string;
  kind: Edit['kind'];
  text: string;
  key: string;
}

/** A value that is not there any more. No JSON is spelled so. */
const gone = 'nothing';
/** No model is shown these when the agent answers, so that they can't change a score. */
const unseen: ReadonlySet<string> = new Set(['$.name', '$.description']);

/**
 * What changed between two definitions as JSON. Steps of a flow are known by their ids, so that a path stays the same
 * where a step comes before it. A value that changed is told by what it is now, since any new value removes the old one.
 */
export function editsBetween(before: Json, after: Json): Edit[] {
  const [old, fresh] = [leavesOf(before, '$'), leavesOf(after, '$')];
  const [knownBefore, knownAfter] = [new Set(old.map(nameOf)), new Set(fresh.map(nameOf))];
  const came = fresh.filter((leaf) => !knownBefore.has(nameOf(leaf))).map((leaf): Edit => ({ ...leaf, isAdded: true }));
  const went = old.filter((leaf) => !knownAfter.has(nameOf(leaf))).flatMap((leaf): Edit[] => {
    if (leaf.kind !== 'value') return [{ ...leaf, isAdded: false }];
    return fresh.some(({ path }) => path === leaf.path) ? [] : [{ ...leaf, isAdded: true, text: gone, key: gone }];
  });
  return [...came, ...went];
}

/** What compares of each segment of a definition's texts. */
export function segmentKeys(definition: Json): Set<string> {
  return new Set(leavesOf(definition, '$').filter(({ kind }) => kind === 'segment').map(({ key }) => key));
}

/** What compares of the sentences of a text, however a prompt around it would be split. */
export function sentenceKeys(text: string): string[] {
  return splitPrompt(text, Infinity).map((segment) => keyOf(segment.text));
}

export function isSameEdit(left: Edit, right: Edit): boolean {
  return left.isAdded === right.isAdded && nameOf(left) === nameOf(right);
}

function nameOf({ path, key }: Leaf): string {
  return JSON.stringify([path, key]);
}

function leavesOf(value: Json, path: string): Leaf[] {
  if (unseen.has(path)) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => (isNested(item) ? leavesOf(item, `${path}[${stepId(item) ?? String(index)}]`) : [itemOf(item, path)]));
  }
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([key, item]) => leavesOf(item, `${path}.${key}`));
  if (typeof value === 'string' && isProse(path)) return splitPrompt(value, Infinity).map(({ text }) => ({ path, kind: 'segment', text, key: keyOf(text) }));
  return [{ path, kind: 'value', text: String(value), key: canonicalJson(value) }];
}

function itemOf(item: Json, path: string): Leaf {
  const text = typeof item === 'string' ? item : canonicalJson(item);
  return { path, kind: 'item', text, key: text };
}

/** Texts that are read sentence by sentence: the system prompt, and those of steps that are no names. */
function isProse(path: string): boolean {
  return path === '$.systemPrompt' || (path.startsWith('$.flow[') && /\.(?:prompt|system)$/.test(path));
}

function isNested(value: Json): boolean {
  return typeof value === 'object' && value !== null;
}

function stepId(value: Json): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const name = value['id'] ?? value['name'];
  return typeof name === 'string' ? name : null;
}

/** A text of signs alone compares as it is. */
function keyOf(text: string): string {
  const words = normalised(text);
  return words === '' ? text.trim() : words;
}
