import { runInNewContext } from 'node:vm';
import { usageError } from '../../../protocol/errors.ts';
import type { Grade } from './grader.ts';

const timeLimitMs = 250;

/** 1 when the pattern matches somewhere in the answer. A pattern that takes too long on it counts as no match. */
export function gradeRegex(answer: string, pattern: string): Grade {
  checkPattern(pattern);
  const score = matches(answer, pattern) ? 1 : 0;
  return { score, measures: { match: score } };
}

function checkPattern(pattern: string): void {
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    throw usageError('grader_pattern', `A row’s pattern is not a regular expression: ${error instanceof Error ? error.message : ''}`, {
      hint: 'The regex grader takes a row’s meta.regex, or else its expected answer, as the pattern.',
      cause: error,
    });
  }
}

/** Patterns come with datasets and may backtrack for ever; the engine can be interrupted only from a context of its own. */
function matches(answer: string, pattern: string): boolean {
  try {
    return runInNewContext('new RegExp(pattern, "u").test(answer)', { pattern, answer }, { timeout: timeLimitMs }) === true;
  } catch (error) {
    if (isTimeout(error)) return false;
    throw error;
  }
}

function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
