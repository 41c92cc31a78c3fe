import type { Grade } from './grader.ts';

/** 1 when both are the same text; runs of white space count as one space, and composed and decomposed letters as equal. */
export function gradeExact(answer: string, expected: string): Grade {
  const score = normalise(answer) === normalise(expected) ? 1 : 0;
  return { score, measures: { exact: score } };
}

function normalise(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}
