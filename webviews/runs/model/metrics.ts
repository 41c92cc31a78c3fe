import { count, figure } from '../../../src/common/figures.ts';

/** A small chart: the metrics that lie in it, a curve each. */
export interface SideChart {
  title: string;
  keys: readonly string[];
  format: (value: number) => string;
}

export const mainKeys = ['loss', 'validationLoss'];

const sideCharts: readonly SideChart[] = [
  { title: 'Learning rate', keys: ['learningRate'], format: figure },
  { title: 'Gradient norm', keys: ['gradNorm'], format: figure },
  { title: 'Throughput, tokens/s', keys: ['tokensPerSecond'], format: count },
];

/**
 * What preference training is judged by, the telling ones first: the reward figures compare the model with itself
 * before training, and rise as well while both answers become less likely.
 */
const preferenceCharts: readonly SideChart[] = [
  { title: 'Log-probability per token', keys: ['chosenLogProbPerToken', 'rejectedLogProbPerToken', 'validationChosenLogProbPerToken', 'validationRejectedLogProbPerToken'], format: figure },
  { title: 'Chosen answer preferred', keys: ['rawPreference', 'validationRawPreference'], format: percent },
  { title: 'Reward accuracy', keys: ['rewardAccuracy', 'validationRewardAccuracy'], format: percent },
  { title: 'Reward margin', keys: ['rewardMargin', 'validationRewardMargin'], format: figure },
  { title: 'KL estimate per token', keys: ['klEstimate', 'validationKlEstimate'], format: figure },
];

/** The small charts of a run that was trained by a method. */
export function sideChartsOf(method: string | undefined): readonly SideChart[] {
  return method === 'dpo' ? [...preferenceCharts, ...sideCharts] : sideCharts;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
