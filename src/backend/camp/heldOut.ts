import { lineageLabels, type Evaluation, type LineageLabel, type SessionDocument } from '../../protocol/camp.ts';
import { calibrate, calibratedScore } from './judge/calibrate.ts';
import { mean, standingCases, type StandingCase } from './standings.ts';

type Side = Evaluation['by'];

/** How a lineage does in a cycle on inputs that nobody tuned to. */
export interface HeldOutScore {
  cycle: number;
  label: LineageLabel;
  /** Whose scores these are. The two are never put into one mean. */
  by: Side;
  mean: number;
  /** How many of the held-out inputs have a score of this side. */
  scored: number;
  of: number;
}

/** A case that scored worse than in the cycle before, by the same side. */
export interface WorseCase {
  cycle: number;
  label: LineageLabel;
  input: number;
  text: string;
  by: Side;
  before: number;
  after: number;
}

export interface HeldOutReport {
  scores: HeldOutScore[];
  worse: WorseCase[];
}

/**
 * Held-out scores per cycle and lineage, and each case that got worse. A lineage and cycle is told by the person's scores
 * where there is one, else by the judge's, which are calibrated to the person where that can be done.
 */
export function heldOutReport(document: SessionDocument): HeldOutReport {
  const mappings = new Map(calibrate(document).map(({ judgeModel, mapping }) => [judgeModel, mapping]));
  const scoreOf = ({ user, judge }: StandingCase, by: Side): number | null => {
    if (by === 'user') return user?.score ?? null;
    return judge === null ? null : calibratedScore(mappings.get(judge.judgeModel ?? '') ?? null, judge.score);
  };
  const held = standingCases(document).filter(({ input }) => input.split === 'heldOut');
  return { scores: scores(document, held, scoreOf), worse: worseCases(held, scoreOf) };
}

function scores(document: SessionDocument, held: readonly StandingCase[], scoreOf: (one: StandingCase, by: Side) => number | null): HeldOutScore[] {
  const of = document.inputs.filter(({ split }) => split === 'heldOut').length;
  return document.cycles.flatMap(({ number: cycle }) => lineageLabels.flatMap((label): HeldOutScore[] => {
    const cases = held.filter((one) => one.cycle === cycle && one.label === label);
    const by: Side = cases.some(({ user }) => user !== null) ? 'user' : 'judge';
    const found = cases.flatMap((one) => scoreOf(one, by) ?? []);
    const average = mean(found);
    return average === null ? [] : [{ cycle, label, by, mean: average, scored: found.length, of }];
  }));
}

function worseCases(held: readonly StandingCase[], scoreOf: (one: StandingCase, by: Side) => number | null): WorseCase[] {
  const before = new Map(held.map((one) => [caseKey(one.cycle, one), one]));
  return held.flatMap((one): WorseCase[] => {
    const earlier = before.get(caseKey(one.cycle - 1, one));
    if (earlier === undefined) return [];
    const by: Side | undefined = (['user', 'judge'] as const).find((side) => scoreOf(earlier, side) !== null && scoreOf(one, side) !== null);
    if (by === undefined) return [];
    const [was, is] = [scoreOf(earlier, by), scoreOf(one, by)];
    if (was === null || is === null || is >= was) return [];
    return [{ cycle: one.cycle, label: one.label, input: one.input.number, text: one.input.text, by, before: was, after: is }];
  });
}

function caseKey(cycle: number, { label, input }: StandingCase): string {
  return `${String(cycle)} ${label} ${input.id}`;
}
