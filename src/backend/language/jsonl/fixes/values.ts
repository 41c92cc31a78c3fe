import { isObject, parseJson } from '../../../datasets/formats/json.ts';
import { roleOf } from '../../../datasets/formats/roles.ts';
import { maskSecrets } from '../../../datasets/formats/secrets.ts';
import { nodeAround, nodeAt, stepsOf } from '../locate.ts';
import { removal, replacement, spliced, valueOf } from './edits.ts';
import { repairJson } from './repairJson.ts';

/** Writes arguments that stand in a text as the object that was meant. */
export function argumentsAsObject(line: string, path: string | null): string | null {
  const found = path === null ? undefined : nodeAt(line, stepsOf(path));
  // A call whose arguments can't be read is named itself where they have no place of their own.
  const node = found?.type === 'object' ? valueOf(found, ['arguments']) : found;
  const text: unknown = node?.value;
  if (node?.type !== 'string' || typeof text !== 'string') return null;
  const repaired = repairJson(text);
  if (repaired === null) return null;
  try {
    return isObject(parseJson(repaired)) ? spliced(line, [replacement(node, repaired.replaceAll('\n', ' '))]) : null;
  } catch {
    // It stays what it is: there is no object in it.
    return null;
  }
}

/** Puts a number in quotes, so that all its digits stay. `column` counts from 1. */
export function numberAsText(line: string, column: number | null): string | null {
  if (column === null) return null;
  number.lastIndex = column - 1;
  const found = number.exec(line)?.[0];
  return found === undefined ? null : spliced(line, [{ start: column - 1, end: column - 1 + found.length, text: `"${found}"` }]);
}

/** Writes what each secret of a text was in its place, such as `[GitHub token]`. `column` counts from 1 and lies within the text. */
export function withoutSecrets(line: string, column: number | null): string | null {
  const node = column === null ? undefined : nodeAround(line, column - 1);
  const text: unknown = node?.value;
  if (node?.type !== 'string' || typeof text !== 'string') return null;
  return spliced(line, [replacement(node, JSON.stringify(maskSecrets(text)))]);
}

/** Takes the first of two equal keys out: the last one counts anyway. */
export function removeEarlierKey(line: string, path: string | null): string | null {
  if (path === null) return null;
  const steps = stepsOf(path);
  const key = steps.at(-1);
  const holder = nodeAt(line, steps.slice(0, -1));
  const same = holder?.children?.filter((property) => property.children?.[0]?.value === key) ?? [];
  const out = same.length < 2 || same[0] === undefined ? null : removal(same[0]);
  return out === null ? null : spliced(line, [out]);
}

/** The known role that a wrong one was probably meant to be. */
export function nearestRole(role: string): string | null {
  const wanted = role.trim().toLowerCase();
  let best: { name: string; distance: number } | null = null;
  for (const name of knownRoles) {
    const distance = distanceOf(wanted, name);
    if (distance <= Math.min(2, name.length - 2) && distance < (best?.distance ?? Infinity)) best = { name, distance };
  }
  return best?.name ?? null;
}

/** Names that are offered; every one of them is known. */
export const knownRoles = ['user', 'assistant', 'system', 'tool', 'developer', 'human', 'gpt', 'function', 'model', 'bot'].filter((name) => roleOf(name) !== null);

/** Levenshtein distance, with a swap of neighbours as one step. */
function distanceOf(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > 2) return 3;
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_value, index) => index)];
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const cost = left[row - 1] === right[column - 1] ? 0 : 1;
      let value = Math.min((rows[row - 1]?.[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (rows[row - 1]?.[column - 1] ?? 0) + cost);
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) value = Math.min(value, (rows[row - 2]?.[column - 2] ?? 0) + 1);
      current.push(value);
    }
    rows.push(current);
  }
  return rows[left.length]?.[right.length] ?? 3;
}

const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
