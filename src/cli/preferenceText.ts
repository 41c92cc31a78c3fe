import { figure } from '../common/figures.ts';
import type { Preference } from '../protocol/preference.ts';

/** What preference training did, whole. */
export function preferenceText({ before, after }: NonNullable<Preference>): string {
  return `${preferredText({ before, after })} of the validation pairs, chosen ${figure(before.chosenLogProbPerToken)} → ${figure(after.chosenLogProbPerToken)}, rejected ${figure(before.rejectedLogProbPerToken)} → ${figure(after.rejectedLogProbPerToken)} per token`;
}

/** The share of the pairs that are preferred the right way, before and after. */
export function preferredText({ before, after }: NonNullable<Preference>): string {
  return `${figure(before.rawPreference)} → ${figure(after.rawPreference)}`;
}
