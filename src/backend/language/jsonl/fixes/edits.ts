import type { Node } from 'jsonc-parser';

/** A replacement within a line, in UTF-16 units. */
export interface Splice {
  start: number;
  end: number;
  text: string;
}

/** Applies replacements that do not overlap. */
export function spliced(line: string, splices: readonly Splice[]): string {
  let result = line;
  for (const { start, end, text } of [...splices].sort((left, right) => right.start - left.start)) result = result.slice(0, start) + text + result.slice(end);
  return result;
}

/** Takes an element or property out, with the comma that belongs to it. */
export function removal(node: Node): Splice | null {
  const siblings = node.parent?.children ?? [];
  const index = siblings.indexOf(node);
  const [before, after] = [siblings[index - 1], siblings[index + 1]];
  if (index < 0) return null;
  if (after !== undefined) return { start: node.offset, end: after.offset, text: '' };
  return { start: before === undefined ? node.offset : before.offset + before.length, end: node.offset + node.length, text: '' };
}

export function replacement(node: Node, text: string): Splice {
  return { start: node.offset, end: node.offset + node.length, text };
}

/** The value of a property, by any of its names. */
export function valueOf(object: Node | undefined, names: readonly string[]): Node | undefined {
  if (object?.type !== 'object') return undefined;
  for (const name of names) {
    const property = object.children?.find((one) => one.children?.[0]?.value === name);
    if (property !== undefined) return property.children?.[1];
  }
  return undefined;
}

export function sourceOf(line: string, node: Node): string {
  return line.slice(node.offset, node.offset + node.length);
}
