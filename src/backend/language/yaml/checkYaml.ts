import type { Range } from 'vscode-languageserver/node';
import type { z } from 'zod';
import { suggest } from '../../../common/suggest.ts';
import { problemText } from '../../../protocol/problem.ts';
import type { Workspace } from '../../platform/workspace.ts';
import type { FileKind } from './kinds.ts';
import { referenceAt, targetOf } from './references.ts';
import { keysOf, nodesAt } from './schemaTree.ts';
import type { YamlIssueCode } from './yamlIssues.ts';
import type { Path, YamlText } from './yamlText.ts';

export interface YamlProblem {
  code: YamlIssueCode;
  range: Range;
  message: string;
  /** What should probably stand there instead. */
  replacement: string | null;
}

/** What is wrong with a file of CodeAgents: its syntax, else its keys, values, name and references. */
export function checkYaml(text: YamlText, kind: FileKind, place: { workspace: Workspace; file: string }): YamlProblem[] {
  if (text.errors.length > 0) return text.errors.map(({ message, range }) => problem('yaml_syntax', range, message));
  const parsed = kind.schema.safeParse(text.value);
  const problems = parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOf(issue, text, kind));
  const name = text.at(['name']);
  if (kind.expectedName !== null && typeof name === 'string' && name !== kind.expectedName) {
    problems.push(problem('name_differs', text.valueRange(['name']), `The name is “${name}”, and the ${kind.name === 'agent' ? 'folder' : 'file'} is “${kind.expectedName}”.`, kind.expectedName));
  }
  return [...problems, ...missingReferences(text, kind, place)];
}

function problemsOf(issue: z.core.$ZodIssue, text: YamlText, kind: FileKind): YamlProblem[] {
  const path: Path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(text, kind, path, key));
  const value = text.at(path);
  const name = path.at(-1);
  if (value === undefined && path.length > 0) return [problem('key_missing', text.keyRange(path.slice(0, -1)), `The key “${String(name)}” is missing.`)];
  const about = path.length === 0 ? 'This file' : typeof name === 'number' ? `Entry ${String(name + 1)}` : String(name);
  return [problem('value_invalid', text.valueRange(path), `${about}: ${issue.code === 'invalid_union' ? unionText(issue, value) : problemText(issue, value)}`)];
}

/** Of several forms that all do not fit, the one that says something about the value. */
function unionText(issue: z.core.$ZodIssueInvalidUnion, value: unknown): string {
  const inner = issue.errors.flat().find((one) => one.code !== 'invalid_type');
  return inner === undefined ? 'this is none of the forms that it can have' : problemText(inner, value);
}

function unknownKey(text: YamlText, kind: FileKind, path: Path, key: string): YamlProblem {
  const near = suggest(key, [...keysOf(nodesAt(kind.tree, path)).keys()]);
  return problem('key_unknown', text.keyRange([...path, key]), `There is no key “${key}” here.${near === null ? '' : ` Did you mean “${near}”?`}`, near);
}

function missingReferences(text: YamlText, kind: FileKind, place: { workspace: Workspace; file: string }): YamlProblem[] {
  return leaves(text.value, []).flatMap(({ path, value }) => {
    const reference = referenceAt(kind.name, path, value, place);
    if (reference === null || reference.mayBeElsewhere || targetOf(reference, place.workspace) !== null) return [];
    return [problem('reference_missing', text.valueRange(path), `There is no ${reference.what} “${String(value)}”.`)];
  });
}

function leaves(value: unknown, path: Path): { path: Path; value: unknown }[] {
  if (path.length > deepest || typeof value !== 'object' || value === null) return [{ path, value }];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([step, inner]) => leaves(inner, [...path, step]));
}

function problem(code: YamlIssueCode, range: Range, message: string, replacement: string | null = null): YamlProblem {
  return { code, range, message, replacement };
}

/** No reference stands deeper. */
const deepest = 4;
