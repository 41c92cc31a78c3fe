import { findNodeAtLocation, findNodeAtOffset, parseTree, type Node } from 'jsonc-parser';
import { conversationColumns } from '../../datasets/formats/columns.ts';
import { contentKeys, roleKeys } from '../../datasets/formats/messages.ts';
import type { CheckIssue } from './lineChecker.ts';

/** Places in a line, in UTF-16 units from 0; `end` is behind the last. */
export interface Span {
  start: number;
  end: number;
}

/** Where a problem shows in its line: the key or value that it names, as near as the line has it. */
export function locate(line: string, issue: CheckIssue): Span {
  if (issue.column !== null) return token(line, issue.column - 1, issue.code === 'text_secret' ? secret : word);
  const whole = ink(line);
  if (issue.code === 'byte_order_mark') return { start: 0, end: Math.max(1, Math.min(1, line.length)) };
  if (issue.path === null || issue.path === '$') return whole;
  const node = nodeAt(line, stepsOf(issue.path));
  return node === undefined ? whole : spanOf(node, line, issue.code);
}

/** The node that steps lead to, or the last one on the way. */
export function nodeAt(line: string, steps: (string | number)[]): Node | undefined {
  const root = treeOf(line);
  if (root === undefined) return undefined;
  let node = root;
  for (const step of steps) {
    const next = child(node, step);
    if (next === undefined) break;
    node = next;
  }
  return node;
}

/** The innermost node around a place, which counts from 0. */
export function nodeAround(line: string, offset: number): Node | undefined {
  const root = treeOf(line);
  return root === undefined ? undefined : findNodeAtOffset(root, offset);
}

function treeOf(line: string): Node | undefined {
  const { start } = ink(line);
  return parseTree(`${' '.repeat(start)}${line.slice(start)}`.replace('\ufeff', ' '));
}

/** The steps of a JSON path as problems carry it. */
export function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(pathStep)].map(([, name, index, quoted]) => {
    if (index !== undefined) return Number(index);
    return name ?? String(JSON.parse(quoted ?? '""'));
  });
}

function child(node: Node, step: string | number): Node | undefined {
  const found = findNodeAtLocation(node, [step]);
  if (found !== undefined || typeof step === 'number') return found;
  // Problems of texts name the normal form: the source may call the same thing otherwise.
  for (const name of otherNames.get(step) ?? []) {
    const other = findNodeAtLocation(node, [name]);
    if (other !== undefined) return other;
  }
  return node.children?.find((property) => longKey(property, step))?.children?.[1];
}

/** A key of more than a hundred units stands cut in a path. */
function longKey(property: Node, step: string): boolean {
  const name: unknown = property.children?.[0]?.value;
  return step.length === 100 && typeof name === 'string' && name.startsWith(step);
}

function spanOf(node: Node, line: string, code: string): Span {
  if (node.type === 'object') {
    const keys = roleCodes.has(code) ? roleKeys : contentCodes.has(code) ? contentKeys : [];
    for (const key of keys) {
      const inner = findNodeAtLocation(node, [key]);
      if (inner !== undefined) return nodeSpan(inner);
    }
  }
  const key = node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
  if (key !== undefined && (node.type === 'object' || node.type === 'array')) return nodeSpan(key);
  return node.parent === undefined ? ink(line) : nodeSpan(node);
}

function nodeSpan(node: Node): Span {
  return { start: node.offset, end: node.offset + node.length };
}

/** The word, or the one character, at a place. A place behind the end means the last character. */
function token(line: string, offset: number, form: RegExp): Span {
  if (offset >= line.length) return { start: Math.max(0, ink(line).end - 1), end: ink(line).end };
  form.lastIndex = offset;
  return { start: offset, end: offset + Math.max(1, form.exec(line)?.[0].length ?? 1) };
}

/** A line without the blanks around it. */
function ink(line: string): Span {
  const start = line.length - line.trimStart().length;
  return { start, end: Math.max(start, line.trimEnd().length) };
}

const pathStep = /\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g;
const word = /-?\w+|"(?:[^"\\]|\\.)*"/y;
const secret = /-----BEGIN [A-Z ]+-----|[^\s"'\\,;@]+/y;
const roleCodes: ReadonlySet<string> = new Set(['roles_consecutive', 'role_order', 'system_not_first', 'system_repeated', 'last_not_assistant', 'role_unknown']);
const contentCodes: ReadonlySet<string> = new Set(['content_empty', 'answer_empty', 'prompt_empty', 'content_overlong', 'content_invalid']);
const otherNames = new Map<string, readonly string[]>([['messages', conversationColumns], ['content', contentKeys], ['role', roleKeys]]);
