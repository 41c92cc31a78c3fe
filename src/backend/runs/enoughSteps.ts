import { counted } from '../../common/figures.ts';
import { fewestSteps } from '../../protocol/methodDefaults.ts';
import type { ConfigLayer, TrainingConfig } from '../../protocol/runs.ts';
import type { TokenTotals } from '../store/runDatasets.ts';

export interface EnoughSteps {
  config: TrainingConfig;
  /** Why a value is not the one that its layer alone would have, by dotted key. */
  reasons: Record<string, string>;
}

/** What the chat template of the built-in model adds to each side of a pair, which the index's estimate knows nothing of. */
const templateTokens = 26;

/** Passes over few rows until they make the steps that the method needs. Epochs that somebody chose are theirs. */
export function withEnoughSteps(config: TrainingConfig, sources: Record<string, ConfigLayer>, totals: TokenTotals, isBuiltInModel: boolean): EnoughSteps {
  const fewest = fewestSteps(config.method, isBuiltInModel);
  const rows = config.overlong === 'drop' ? totals.rows - totals.overlong : totals.rows;
  const perPass = stepsPerPass(totals.tokens + 2 * templateTokens * rows, config);
  const epochs = Math.ceil(fewest / perPass);
  if (sources['epochs'] !== 'method' || epochs <= config.epochs) return { config, reasons: {} };
  const reason = `because a pass over ${counted(rows, config.method === 'dpo' ? 'pair' : 'row')} has about ${counted(perPass, 'step')}, and a preference takes about ${String(fewest)} to turn`;
  return { config: { ...config, epochs }, reasons: { epochs: reason } };
}

/** Optimizer steps of a pass over so many tokens. */
export function stepsPerPass(tokens: number, { tokensPerStep }: TrainingConfig): number {
  return Math.max(1, Math.ceil(tokens / tokensPerStep));
}
