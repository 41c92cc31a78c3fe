import type { Json } from '../../../protocol/json.ts';
import { kindOf, type RowContext } from './context.ts';
import { rowIssue } from './issues.ts';
import { own, pathOf, type JsonObject } from './json.ts';

/** Keys by which datasets say whether a turn is trained; in this order where several are given. */
export const weightKeys = ['weight', 'loss_weight', 'loss', 'train', 'trainable', 'train_on_turn', 'loss_mask', 'mask', 'masked'] as const;

/** Weight columns of a whole row. A bare `weight` may be anything, so it counts only where `--map weight=…` says so. */
export const rowWeightKeys = ['loss_weight', 'sample_weight'] as const;

/** The weight a turn carries; undefined where it carries none, or an unusable one (then reported). */
export function weightOf(turn: JsonObject, path: string, context: RowContext): number | undefined {
  let weight: number | undefined;
  for (const key of weightKeys) {
    const value = own(turn, key);
    if (value === undefined || value === null) continue;
    const here = pathOf(path, key);
    const given = parseWeight(value);
    if (given === null) {
      context.report(rowIssue('weight_invalid', `${key} is ${kindOf(value)} that is no weight.`, { path: here }));
      continue;
    }
    const meant = key === 'mask' || key === 'masked' ? (given > 0 ? 0 : 1) : given;
    if (key === 'mask') context.reportOnce('mask_meaning', key, 'mask: true is read as "this turn is not trained".', here);
    if (weight !== undefined && weight !== meant) {
      context.report(rowIssue('weight_invalid', `${key} contradicts another weight of this turn.`, { path: here }));
    }
    weight ??= meant;
  }
  return weight;
}

/** Reads a number from 0 up, a boolean, or the text of one; null for anything else. */
export function parseWeight(value: Json): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  const number = typeof value === 'string' ? textWeight(value.trim().toLowerCase()) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : null;
}

function textWeight(text: string): number | null {
  if (text === 'true') return 1;
  if (text === 'false') return 0;
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}
