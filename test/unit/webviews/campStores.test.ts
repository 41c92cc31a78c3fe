import { describe, expect, it } from 'vitest';
import { makeAgentStore } from '../../../webviews/camp/stores/agentStore.ts';
import { streamKey } from '../../../webviews/camp/model/streamKey.ts';
import { makeLineageStore } from '../../../webviews/camp/stores/lineageStore.ts';
import { defaultUi, makeUiStore, type KeptUi } from '../../../webviews/camp/stores/uiStore.ts';

function makeUi() {
  const kept: KeptUi[] = [];
  return { store: makeUiStore({ kept: defaultUi, keep: (ui) => kept.push(ui) }), kept };
}

describe('how a panel is set up', () => {
  it('is kept, and what lies over the grid is not', () => {
    const { store, kept } = makeUi();
    store.getState().change({ isBlind: true, input: 'in_2' });
    store.getState().open({ kind: 'help' });
    expect(kept).toEqual([{ ...defaultUi, isBlind: true, input: 'in_2' }]);
    expect(Object.keys(kept[0] ?? {})).not.toContain('overlay');
  });

  it('compares the second card that is marked with the first, and marks none that is marked twice', () => {
    const { store } = makeUi();
    store.getState().mark('B');
    store.getState().mark('B');
    expect([store.getState().marked, store.getState().overlay]).toEqual([null, null]);
    store.getState().mark('B');
    store.getState().mark('D');
    expect([store.getState().marked, store.getState().overlay]).toEqual([null, { kind: 'compare', labels: ['B', 'D'] }]);
  });
});

describe('what goes on in lineages', () => {
  it('shows what is being written, and keeps it until the document has what is stored', () => {
    const store = makeLineageStore();
    const [a, b] = [streamKey('A', 'in_1'), streamKey('B', 'in_1')];
    const texts = () => Object.entries(store.getState().streams).map(([key, { text, isOver }]) => [key, text, isOver]);
    expect(store.getState().show({ [a]: 'one ' })).toBe(false);
    expect(store.getState().show({ [a]: 'one two', [b]: 'x' })).toBe(false);
    expect(texts()).toEqual([[a, 'one two', false], [b, 'x', false]]);
    // A's answer is stored; the document is read, which takes a moment.
    expect(store.getState().show({ [b]: 'xy' })).toBe(true);
    expect(texts()).toEqual([[a, 'one two', true], [b, 'xy', false]]);
    expect(store.getState().show({ [b]: 'xyz' })).toBe(false);
    store.getState().clearOver();
    expect(texts()).toEqual([[b, 'xyz', false]]);
  });

  it('shows a score before it is stored, and takes it back', () => {
    const store = makeLineageStore();
    store.getState().setPending('ar_1', 7);
    store.getState().setPending('ar_2', 3);
    store.getState().setPending('ar_1', null);
    expect(store.getState().pendingScores).toEqual({ ar_2: 3 });
  });
});

it('an agent is looked at, compared and left', () => {
  const store = makeAgentStore();
  store.getState().show('B', 2);
  store.getState().compareWith(1);
  expect([store.getState().shown, store.getState().against]).toEqual([{ label: 'B', version: 2 }, 1]);
  store.getState().show('C', 1);
  expect(store.getState().against).toBeNull();
  store.getState().close();
  expect(store.getState().shown).toBeNull();
});
