import type { TestSample, VariantResult } from '../../../protocol/adapters.ts';
import type { GraderName } from '../../../protocol/datasets.ts';
import { grade, type Grade } from '../graders/grader.ts';
import { gradePreference } from '../graders/preference.ts';
import type { Evaluation, VariantName } from './evaluateCommand.ts';
import type { TestCase } from './testRows.ts';

export interface Scored {
  base: VariantResult;
  fewShot: VariantResult | null;
  tuned: VariantResult;
  samples: TestSample[];
  /** Rows that a variant could not be asked, such as one too long for the model with its answer. */
  skipped: number;
}

interface GradedRow {
  row: number;
  prompt: string;
  expected: string;
  answers: Map<VariantName, { text: string; grade: Grade | null }>;
}

/** Below this two scores are the same. */
const sameScore = 1e-9;

/** Grades every variant on the rows that all of them answered. */
export function scoreEvaluation(evaluation: Evaluation, cases: ReadonlyMap<number, TestCase>, grader: GraderName): Scored {
  const rows = gradedRows(evaluation, cases, grader);
  const has = (name: VariantName) => evaluation.variants.some((variant) => variant.name === name);
  return {
    base: variantResult(rows, 'base', evaluation.perplexity?.base ?? null),
    fewShot: has('fewShot') ? variantResult(rows, 'fewShot', null) : null,
    tuned: variantResult(rows, 'tuned', evaluation.perplexity?.tuned ?? null),
    samples: rows.map(toSample),
    skipped: evaluation.rows.length - rows.length,
  };
}

function gradedRows(evaluation: Evaluation, cases: ReadonlyMap<number, TestCase>, grader: GraderName): GradedRow[] {
  const pairs = grader === 'preference' ? new Map(evaluation.preferences?.map((pair) => [pair.row, pair])) : null;
  return evaluation.rows.flatMap((row, index) => {
    const pair = pairs?.get(row.row);
    // A pair that has no two answers to compare is left out, as it would be in training.
    if (pairs !== null && pair === undefined) return [];
    const answers: GradedRow['answers'] = new Map();
    for (const variant of evaluation.variants) {
      const answer = variant.answers[index];
      if (answer === undefined || answer.skipped || answer.row !== row.row) return [];
      const pattern = cases.get(row.row)?.pattern ?? null;
      const found = pair === undefined ? grade(grader, { answer: answer.text, expected: row.expected, pattern }) : variant.name === 'fewShot' ? null : gradePreference(pair[variant.name]);
      answers.set(variant.name, { text: answer.text, grade: found });
    }
    return [{ ...row, answers }];
  });
}

function variantResult(
  rows: GradedRow[],
  name: VariantName,
  perplexity: { value: number | null; interval: [number | null, number | null] } | null,
): VariantResult {
  const grades = rows.flatMap((row) => row.answers.get(name)?.grade ?? []);
  const measures = new Set(grades.flatMap((found) => Object.keys(found.measures)));
  const [low, high] = perplexity?.interval ?? [null, null];
  return {
    perplexity: perplexity?.value ?? null,
    perplexityInterval: low === null || high === null ? null : [low, high],
    score: mean(grades.map((found) => found.score)),
    scores: Object.fromEntries([...measures].map((measure) => [measure, mean(grades.map((found) => found.measures[measure] ?? 0)) ?? 0])),
  };
}

function toSample(row: GradedRow): TestSample {
  const base = row.answers.get('base');
  const tuned = row.answers.get('tuned');
  return {
    row: row.row,
    prompt: row.prompt,
    expected: row.expected,
    base: base?.text ?? '',
    fewShot: row.answers.get('fewShot')?.text ?? null,
    tuned: tuned?.text ?? '',
    baseScore: base?.grade?.score ?? null,
    tunedScore: tuned?.grade?.score ?? null,
    change: changeOf(base?.grade ?? null, tuned?.grade ?? null),
  };
}

function changeOf(base: Grade | null, tuned: Grade | null): TestSample['change'] {
  if (base === null || tuned === null) return null;
  const difference = tuned.score - base.score;
  if (Math.abs(difference) < sameScore) return 'same';
  return difference > 0 ? 'better' : 'worse';
}

function mean(values: number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
