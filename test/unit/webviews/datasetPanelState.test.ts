import { expect, it } from 'vitest';
import { conditionsIn, noFilter, restoredState, type KeptState } from '../../../webviews/datasets/panelState.ts';
import { rangeOfBin } from '../../../webviews/datasets/bins.ts';

const kept: KeptState = {
  tab: 'tokens', version: 3, filter: { split: 'test', quality: { from: 2, to: null }, tokens: { from: null, to: 90 }, text: 'x', issue: 'text_control' },
  selected: 17, isExpanded: true, lensFirst: 5, lensModel: 'm',
};

it('is what it was after a reload', () => {
  expect(restoredState({ subject: 'ds_a', ui: JSON.parse(JSON.stringify(kept)) })).toEqual(kept);
});

it.each([[undefined], [null], ['text'], [{ ui: 7 }], [{ ui: { tab: 'nothing', filter: { split: 'all', quality: 'x', text: 5 }, selected: Number.NaN } }]])('begins anew where %j was left', (raw) => {
  expect(restoredState(raw)).toEqual({ tab: 'rows', version: null, filter: noFilter, selected: 0, isExpanded: false, lensFirst: 1, lensModel: null });
});

it('counts conditions', () => {
  expect([conditionsIn(noFilter), conditionsIn(kept.filter)]).toEqual([0, 5]);
});

it.each([
  [{ from: 50, to: 100, rows: 1 }, { isLast: false, isWhole: true }, { from: 50, to: 99 }],
  [{ from: 50, to: 100, rows: 1 }, { isLast: true, isWhole: true }, { from: 50, to: 100 }],
  [{ from: 7, to: 8, rows: 1 }, { isLast: false, isWhole: false }, { from: 7, to: 7.9 }],
])('the bin %j of %j lets through %j', (bin, how, range) => {
  expect(rangeOfBin(bin, how)).toEqual(range);
});
