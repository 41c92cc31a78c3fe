import type { Evaluation, LineageLabel, SessionDocument } from '../../../protocol/camp.ts';
import type { LeftOut } from '../../../protocol/sessionExport.ts';
import { ExportCases, type Answer, type ExportCase } from './cases.ts';

export interface Judged {
  answer: Answer;
  evaluation: Evaluation;
}

/** Two answers to one input, the first preferred. */
export interface Pair {
  chosen: Judged;
  rejected: Judged;
}

export interface PairOptions {
  margin: number;
  includeJudge: boolean;
}

type Verdict = { pair: Pair } | { reason: LeftOut['reason']; detail: string };

/**
 * The pairs of a session, and every two lineages of one input and cycle that make none, with the reason. If exactly one
 * of the two was locked when the cycle was scored, only it may be chosen, and only with a score not lower than the
 * other's; otherwise the scores must differ by the margin.
 */
export function findPairs(document: SessionDocument, options: PairOptions): { pairs: Pair[]; leftOut: LeftOut[] } {
  const cases = new ExportCases(document);
  const pairs: Pair[] = [];
  const leftOut: LeftOut[] = [];
  const seen = new Map<string, Pair>();
  for (const { cycle, input, labels } of cases.places()) {
    const found = new Map(labels.map((label) => [label, cases.find(cycle, input, label)]));
    for (const [left, right] of everyTwo(labels)) {
      const [one, other] = [found.get(left) ?? null, found.get(right) ?? null];
      if (one === null && other === null) continue;
      let verdict = input.split === 'heldOut' ? { reason: 'held_out' as const, detail: `Input ${String(input.number)} is held out.` } : judge(one, other, [left, right], options);
      if ('pair' in verdict) {
        const key = keyOf(verdict.pair);
        const earlier = seen.get(key);
        if (earlier === undefined) {
          seen.set(key, verdict.pair);
          pairs.push(verdict.pair);
          continue;
        }
        verdict = { reason: 'repeated', detail: `The same two answers are a pair of cycle ${String(earlier.chosen.answer.cycle)} already.` };
      }
      leftOut.push({ ...verdict, cycle: cycle.number, input: input.number, lineages: [left, right], artifacts: [one, other].flatMap((side) => artifactOf(side)?.id ?? []) });
    }
  }
  return { pairs, leftOut };
}

function judge(one: ExportCase | null, other: ExportCase | null, [left, right]: readonly [LineageLabel, LineageLabel], options: PairOptions): Verdict {
  if (one === null) return { reason: 'not_executed', detail: `${left} has no execution.` };
  if (other === null) return { reason: 'not_executed', detail: `${right} has no execution.` };
  if (!one.isThere) return one;
  if (!other.isThere) return other;
  const [a, b] = [one.answer, other.answer];
  const scores = scoresOf(a, b, options.includeJudge);
  if (scores === null) {
    const without = [a, b].filter((answer) => answer.user === null).map(({ label }) => label);
    return { reason: 'unscored', detail: `${without.join(' and ')} ${without.length === 1 ? 'has' : 'have'} no score of a person.` };
  }
  if (a.artifact.content.trim() === b.artifact.content.trim()) return { reason: 'identical', detail: 'Both answered the same.' };
  return decide({ answer: a, evaluation: scores[0] }, { answer: b, evaluation: scores[1] }, options.margin);
}

function decide(a: Judged, b: Judged, margin: number): Verdict {
  const difference = a.evaluation.score - b.evaluation.score;
  if (a.answer.isLocked !== b.answer.isLocked) {
    const [locked, free] = a.answer.isLocked ? [a, b] : [b, a];
    if (locked.evaluation.score >= free.evaluation.score) return { pair: { chosen: locked, rejected: free } };
    return { reason: 'locked_lower', detail: `${locked.answer.label} was locked and has ${String(locked.evaluation.score)}, lower than the ${String(free.evaluation.score)} of ${free.answer.label}.` };
  }
  if (difference === 0) return { reason: 'tie', detail: `Both have ${String(a.evaluation.score)}.` };
  if (Math.abs(difference) < margin) return { reason: 'margin', detail: `${String(a.evaluation.score)} and ${String(b.evaluation.score)} differ by less than ${String(margin)}.` };
  return { pair: difference > 0 ? { chosen: a, rejected: b } : { chosen: b, rejected: a } };
}

/** Both scores of one side: a person's and the judge's are never weighed against each other. */
function scoresOf(a: Answer, b: Answer, includeJudge: boolean): [Evaluation, Evaluation] | null {
  if (a.user !== null && b.user !== null) return [a.user, b.user];
  return includeJudge && a.judge !== null && b.judge !== null ? [a.judge, b.judge] : null;
}

function* everyTwo(labels: readonly LineageLabel[]): Generator<[LineageLabel, LineageLabel]> {
  for (const [index, left] of labels.entries()) {
    for (const right of labels.slice(index + 1)) yield [left, right];
  }
}

function artifactOf(found: ExportCase | null) {
  if (found === null) return null;
  return found.isThere ? found.answer.artifact : found.artifact;
}

/** Answers that read the same are the same row, whoever gave them. */
function keyOf({ chosen, rejected }: Pair): string {
  return JSON.stringify([chosen.answer.input.text, chosen.answer.artifact.content.trim(), rejected.answer.artifact.content.trim()]);
}
