import type { AdapterTestResult, Recommendation, TestSample, VariantResult } from '../../../protocol/adapters.ts';
import type { Split } from '../../../protocol/datasets.ts';
import { chosenMeasure } from '../graders/preference.ts';

export interface Findings {
  split: Split;
  isActive: boolean;
  problems: string[];
  base: VariantResult;
  fewShot: VariantResult | null;
  tuned: VariantResult;
  samples: TestSample[];
  engines: AdapterTestResult['engines'];
}

/** What a recommendation to deploy asks for. Shown with every result, so that a verdict can be argued with. */
const thresholds = {
  /** Fewer graded rows prove nothing. */
  minRows: 20,
  /** Gain of the mean score over the base. */
  minGain: 0.05,
  /** Share of the rows that may be worse than the base. */
  maxWorseShare: 0.1,
  /** Perplexity of tuned over base, where there is no grader to say that the answers are better. */
  maxPerplexityRatio: 1,
  /** How much of its log-probability per token the chosen answer of a preference may lose. */
  maxChosenFall: 0.3,
  /** Share of answers on which the serving engine agrees with the measured one. */
  minEngineAgreement: 0.9,
} as const;

const namedCases = 5;

/** Deploy, look at it, or reject, with every reason that counted. */
export function recommend(found: Findings): Recommendation {
  const rejections = [...found.problems, ...activityProblems(found), ...scoreProblems(found)];
  const doubts = [...rowDoubts(found), ...scoreDoubts(found), ...engineDoubts(found)];
  const verdict = rejections.length > 0 ? 'reject' : doubts.length > 0 ? 'review' : 'deploy';
  return { verdict, reasons: [...rejections, ...doubts, ...facts(found)], thresholds: { ...thresholds } };
}

function activityProblems(found: Findings): string[] {
  return found.isActive ? [] : ['The adapter changes nothing: the logits with it equal those of the base.'];
}

function scoreProblems({ base, tuned }: Findings): string[] {
  if (base.score !== null && tuned.score !== null) {
    return tuned.score < base.score ? [`The score fell from ${percent(base.score)} to ${percent(tuned.score)}.`] : [];
  }
  const [low] = tuned.perplexityInterval ?? [null];
  const high = base.perplexityInterval?.[1] ?? null;
  const isClearlyWorse = low !== null && high !== null && low > high;
  return isClearlyWorse ? ['Perplexity on the validation split is clearly higher than the base’s.'] : [];
}

function rowDoubts({ samples, split }: Findings): string[] {
  const doubts: string[] = [];
  if (split !== 'test') doubts.push(`Measured on the split “${split}”, which training saw or chose its checkpoint by.`);
  if (samples.length < thresholds.minRows) doubts.push(`Only ${String(samples.length)} rows were tested; ${String(thresholds.minRows)} are needed.`);
  return doubts;
}

function scoreDoubts(found: Findings): string[] {
  const { base, fewShot, tuned, samples } = found;
  if (base.score === null || tuned.score === null) {
    return ['No grader says whether the answers are better: read them.', ...perplexityDoubts(base, tuned)];
  }
  const doubts: string[] = [];
  const gain = tuned.score - base.score;
  if (gain === 0) doubts.push('The score did not rise.');
  else if (gain > 0 && gain < thresholds.minGain) doubts.push(`The score rose by only ${percent(gain)}.`);
  const worse = samples.filter((sample) => sample.change === 'worse');
  if (worse.length > thresholds.maxWorseShare * samples.length) {
    doubts.push(`${String(worse.length)} of ${String(samples.length)} rows got worse: ${nameRows(worse)}.`);
  }
  const [before, after] = [base.scores[chosenMeasure], tuned.scores[chosenMeasure]];
  if (before !== undefined && after !== undefined && after < before - thresholds.maxChosenFall) {
    doubts.push(`The chosen answers became less likely: log-probability per token fell from ${before.toFixed(2)} to ${after.toFixed(2)}.`);
  }
  const shown = fewShot?.score ?? null;
  if (shown !== null && shown >= tuned.score) doubts.push(`The base with examples in its prompt is at least as good: ${percent(shown)}.`);
  return doubts;
}

function perplexityDoubts(base: VariantResult, tuned: VariantResult): string[] {
  if (base.perplexity === null || tuned.perplexity === null) return ['There was no validation split to measure perplexity on.'];
  const ratio = tuned.perplexity / base.perplexity;
  return ratio > thresholds.maxPerplexityRatio ? [`Perplexity did not fall (${ratio.toFixed(2)} times the base’s).`] : [];
}

function engineDoubts({ engines }: Findings): string[] {
  if (engines === null) return ['The engine that would serve it was not compared.'];
  const share = engines.checked === 0 ? 1 : engines.agreeing / engines.checked;
  if (share >= thresholds.minEngineAgreement) return [];
  return [`The serving engine gave the measured answer for only ${agreement(engines)}.`];
}

function facts({ base, tuned, samples, engines }: Findings): string[] {
  const lines: string[] = [];
  if (base.score !== null && tuned.score !== null && tuned.score >= base.score) {
    const better = samples.filter((sample) => sample.change === 'better').length;
    const worse = samples.filter((sample) => sample.change === 'worse');
    lines.push(`The score went from ${percent(base.score)} to ${percent(tuned.score)} on ${String(samples.length)} rows: ${String(better)} better, ${String(worse.length)} worse.`);
    if (worse.length > 0 && worse.length <= thresholds.maxWorseShare * samples.length) lines.push(`Worse: ${nameRows(worse)}.`);
  }
  if (base.perplexity !== null && tuned.perplexity !== null) lines.push(`Perplexity went from ${base.perplexity.toFixed(2)} to ${tuned.perplexity.toFixed(2)}.`);
  if (engines !== null && engines.checked > 0) lines.push(`The serving engine gave the measured answer for ${agreement(engines)}.`);
  return [...new Set(lines)];
}

function agreement({ checked, agreeing, disagreements }: NonNullable<Findings['engines']>): string {
  const others = disagreements.length === 0 ? '' : `; another one for ${nameRows(disagreements)}`;
  return `${String(agreeing)} of ${String(checked)} prompts${others}`;
}

function nameRows(samples: readonly { row: number }[]): string {
  const named = samples.slice(0, namedCases).map((sample) => `row ${String(sample.row)}`).join(', ');
  return samples.length > namedCases ? `${named} and ${String(samples.length - namedCases)} more` : named;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
