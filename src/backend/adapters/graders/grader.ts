import type { GraderName } from '../../../protocol/datasets.ts';
import { assertNever } from '../../../common/assertNever.ts';
import { gradeExact } from './exact.ts';
import { gradeJsonFields } from './jsonFields.ts';
import { gradeRegex } from './regex.ts';

/** What a grader found: the score from 0 to 1 and the named measures behind it. */
export interface Grade {
  score: number;
  measures: Record<string, number>;
}

export interface GradeInput {
  answer: string;
  expected: string;
  /** A regular expression that the row brings along. */
  pattern: string | null;
}

/** Grades an answer; null where the dataset names no grader. */
export function grade(grader: GraderName, input: GradeInput): Grade | null {
  switch (grader) {
    case 'exact':
      return gradeExact(input.answer, input.expected);
    case 'json-fields':
      return gradeJsonFields(input.answer, input.expected);
    case 'regex':
      return gradeRegex(input.answer, input.pattern ?? input.expected);
    // Both say nothing about an answer: a preference is measured on the answers that the row brings along.
    case 'preference':
    case 'none':
      return null;
    default:
      return assertNever(grader);
  }
}
