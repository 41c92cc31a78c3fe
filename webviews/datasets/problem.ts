import { isTransient, RequestError } from '../shared/problems.ts';

/** What went wrong, in words, and what can be done. */
export interface Problem {
  code: string;
  message: string;
  hint: string | undefined;
  /** The backend is away for a moment: asking again is all that it takes. */
  isTransient: boolean;
}

export function asProblem(error: unknown): Problem {
  if (error instanceof RequestError) return { code: error.code, message: error.message, hint: error.hint, isTransient: isTransient(error) };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error), hint: undefined, isTransient: false };
}
