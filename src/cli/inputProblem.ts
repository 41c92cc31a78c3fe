import type { z } from 'zod';
import { problemText } from '../protocol/problem.ts';
import type { AnyCommand } from './command.ts';

/** A problem of a command’s input, named as people typed it: `--max-steps: “two” is no number`. */
export function describeProblem(spec: AnyCommand, issue: z.core.$ZodIssue, values: Record<string, unknown>): string {
  const [key] = issue.path;
  if (typeof key !== 'string') return issue.message;
  const flags = (spec.options ?? []).map((option) => /--[A-Za-z0-9-]+/.exec(option.flags)?.[0] ?? '');
  const flag = flags.find((candidate) => camelCase(candidate) === key);
  const value = issue.path.reduce<unknown>((inner, part) => (typeof inner === 'object' && inner !== null ? Object.entries(inner).find(([name]) => name === String(part))?.[1] : undefined), values);
  return `${flag ?? `<${key}>`}: ${problemText(issue, value)}`;
}

/** As commander names an option’s value. */
function camelCase(flag: string): string {
  return flag.slice(2).replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
