import { RequestError } from '../shared/problems.ts';

/** What went wrong, in words, and what can be done. */
export interface Problem {
  code: string;
  message: string;
  hint: string | undefined;
}

export function asProblem(error: unknown): Problem {
  if (error instanceof RequestError) return { code: error.code, message: error.message, hint: error.hint };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error), hint: undefined };
}
