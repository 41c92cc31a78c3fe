import type { SessionDocument } from '../../../protocol/camp.ts';
import { trainingView } from '../evolution/trainingView.ts';
import { standingCases } from '../standings.ts';
import { meanAbsoluteError, spearman } from './agreement.ts';

/** How a judge's scores become what the person would have scored: `scale` × score + `offset`, kept from 1 to 10. */
export interface Mapping {
  scale: number;
  offset: number;
}

export interface Agreement {
  /** How many artifacts both have scored. */
  n: number;
  /** Rank correlation; null where it can't be said. */
  spearman: number | null;
  meanAbsoluteError: number | null;
}

export interface Calibration {
  judgeModel: string;
  /** Null while there are too few common scores, or the judge does not rank as the person does: then it is told raw. */
  mapping: Mapping | null;
  /** Of the judge's own scores. */
  raw: Agreement;
  /** Of mapped scores, each by a mapping made without it; null with too few. */
  calibrated: Agreement | null;
}

/** With fewer common scores a fitted line says more about chance than about the judge. */
export const leastPairs = 5;

/**
 * One calibration for each judge that has scored in the session, by the artifacts of training inputs that the person has
 * scored too. A line by least squares that never falls: where the judge ranks against the person there is no mapping.
 */
export function calibrate(document: SessionDocument): Calibration[] {
  const pairs = new Map<string, Map<string, Pair>>();
  for (const { artifact, user, judge } of standingCases(trainingView(document))) {
    if (user === null || judge === null) continue;
    const judgeModel = judge.judgeModel ?? '';
    const ofJudge = pairs.get(judgeModel) ?? new Map<string, Pair>();
    pairs.set(judgeModel, ofJudge.set(artifact.id, [judge.score, user.score]));
  }
  return [...pairs].map(([judgeModel, ofJudge]) => calibration(judgeModel, [...ofJudge.values()]));
}

/** A judge's score as the person would give it, not rounded. */
export function calibratedScore(mapping: Mapping | null, score: number): number {
  return mapping === null ? score : Math.min(10, Math.max(1, mapping.scale * score + mapping.offset));
}

type Pair = readonly [judge: number, user: number];

function calibration(judgeModel: string, pairs: readonly Pair[]): Calibration {
  const raw = agreement(pairs);
  const mapping = pairs.length < leastPairs ? null : fit(pairs);
  if (mapping === null) return { judgeModel, mapping, raw, calibrated: null };
  const heldOut = pairs.map(([judge, user], index): Pair => [calibratedScore(fit(pairs.filter((_, other) => other !== index)), judge), user]);
  return { judgeModel, mapping, raw, calibrated: agreement(heldOut) };
}

function agreement(pairs: readonly Pair[]): Agreement {
  return { n: pairs.length, spearman: spearman(pairs), meanAbsoluteError: meanAbsoluteError(pairs) };
}

/** Ordinary least squares of the person's score on the judge's; null where the line would fall or the judge says always the same. */
function fit(pairs: readonly Pair[]): Mapping | null {
  const judgeMean = pairs.reduce((sum, [judge]) => sum + judge, 0) / pairs.length;
  const userMean = pairs.reduce((sum, [, user]) => sum + user, 0) / pairs.length;
  const spread = pairs.reduce((sum, [judge]) => sum + (judge - judgeMean) ** 2, 0);
  const common = pairs.reduce((sum, [judge, user]) => sum + (judge - judgeMean) * (user - userMean), 0);
  if (spread === 0 || common <= 0) return null;
  const scale = common / spread;
  return { scale, offset: userMean - scale * judgeMean };
}
