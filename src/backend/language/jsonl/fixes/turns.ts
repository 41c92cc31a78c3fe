import type { Node } from 'jsonc-parser';
import { contentKeys, roleKeys } from '../../../datasets/formats/messages.ts';
import { nodeAt, stepsOf } from '../locate.ts';
import { removal, replacement, sourceOf, spliced, valueOf } from './edits.ts';

/** The turn that a path names, among its neighbours. Null where the path leads elsewhere. */
function turnAt(line: string, path: string | null): { turn: Node; list: readonly Node[]; index: number } | null {
  if (path === null) return null;
  const steps = stepsOf(path);
  const index = steps.at(-1);
  const turn = nodeAt(line, steps);
  if (turn?.type !== 'object' || turn.parent?.type !== 'array' || typeof index !== 'number') return null;
  const list = turn.parent.children ?? [];
  return list[index] === turn ? { turn, list, index } : null;
}

/** Joins a turn to the one before; only where both are a role and a text and nothing else. */
export function mergeWithPrevious(line: string, path: string | null): string | null {
  const place = turnAt(line, path);
  const before = place === null ? undefined : place.list[place.index - 1];
  return place === null || before === undefined ? null : joined(line, before, place.turn);
}

/** Joins a second system turn to the first one. */
export function mergeWithFirstSystem(line: string, path: string | null): string | null {
  const place = turnAt(line, path);
  const first = place?.list.find((turn) => isSystem(turn));
  return place === null || first === undefined || first === place.turn ? null : joined(line, first, place.turn);
}

/** Moves a system turn in front of the others. */
export function moveToFront(line: string, path: string | null): string | null {
  const place = turnAt(line, path);
  const first = place?.list[0];
  const out = place === null ? null : removal(place.turn);
  if (place === null || first === undefined || out === null || first === place.turn) return null;
  return spliced(line, [out, { start: first.offset, end: first.offset, text: `${sourceOf(line, place.turn)}, ` }]);
}

export function removeTurn(line: string, path: string | null): string | null {
  const place = turnAt(line, path);
  const out = place === null || place.list.length < 2 ? null : removal(place.turn);
  return out === null ? null : spliced(line, [out]);
}

/** Keeps a turn as context: it is read and not trained. */
export function setWeightZero(line: string, path: string | null): string | null {
  const steps = path === null ? [] : stepsOf(path);
  const turn = typeof steps.at(-1) === 'number' ? nodeAt(line, steps) : nodeAt(line, steps.slice(0, -1));
  if (turn?.type !== 'object' || turn.parent?.type !== 'array' || valueOf(turn, ['weight']) !== undefined) return null;
  const end = turn.offset + turn.length - 1;
  return spliced(line, [{ start: end, end, text: ', "weight": 0' }]);
}

/** Writes the role in the place where the turn has one. */
export function setRole(line: string, path: string | null, role: string): string | null {
  const node = path === null ? undefined : nodeAt(line, stepsOf(path));
  const value = node?.type === 'string' ? node : valueOf(node, roleKeys);
  return value?.type === 'string' ? spliced(line, [replacement(value, JSON.stringify(role))]) : null;
}

/** The role as the line has it. */
export function roleAt(line: string, path: string | null): string | null {
  const node = path === null ? undefined : nodeAt(line, stepsOf(path));
  const value: unknown = (node?.type === 'string' ? node : valueOf(node, roleKeys))?.value;
  return typeof value === 'string' ? value : null;
}

function joined(line: string, into: Node, from: Node): string | null {
  const texts = [into, from].map((turn) => valueOf(turn, contentKeys));
  const [first, second] = texts;
  if (first?.type !== 'string' || second?.type !== 'string') return null;
  if ([into, from].some((turn) => turn.children?.length !== 2)) return null;
  const out = removal(from);
  // The bodies are joined as they are written, so that every escape stays.
  const text = `${sourceOf(line, first).slice(0, -1)}\\n\\n${sourceOf(line, second).slice(1)}`;
  return out === null ? null : spliced(line, [replacement(first, text), out]);
}

function isSystem(turn: Node): boolean {
  const role: unknown = valueOf(turn, roleKeys)?.value;
  return role === 'system' || role === 'developer';
}
