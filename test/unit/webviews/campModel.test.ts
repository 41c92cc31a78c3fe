import { describe, expect, it } from 'vitest';
import { lineagesToEvolve, missingForRegeneration } from '../../../src/backend/camp/transitions.ts';
import type { SessionDocument } from '../../../src/protocol/camp.ts';
import { blindOrder } from '../../../webviews/camp/model/blind.ts';
import { heldOutLine, historyOf, regressionsAt } from '../../../webviews/camp/model/history.ts';
import { actionOf, keyHelp, movedTo } from '../../../webviews/camp/model/keys.ts';
import { cellOf, currentCycle, nextStep } from '../../../webviews/camp/model/standings.ts';
import { scoredSession } from '../../support/scoredSession.ts';

const press = (key: string, modifiers: Partial<Record<'ctrlKey' | 'altKey' | 'metaKey', boolean>> = {}) => actionOf({ key, ctrlKey: false, altKey: false, metaKey: false, ...modifiers });

describe('what a card shows', () => {
  const document = scoredSession({
    cycles: [{ A: [9, 8], B: [7, null], C: [4, 5], D: [2, 'failed'] }, { A: [9, 8], B: [8, 6], C: ['failed', 5], D: [null, null] }],
    lockedFrom: { A: 2 },
  });

  it('is what stands: of a locked lineage the answer of the cycle before', () => {
    expect(currentCycle(document)).toBe(2);
    const locked = cellOf(document, { label: 'A', input: 'in_1', cycle: 2 });
    expect([locked?.artifact?.id, locked?.execution?.cycle, locked?.agent?.version, locked?.isLocked]).toEqual(['ar_a-1-1', 1, 1, true]);
    expect(cellOf(document, { label: 'A', input: 'in_1', cycle: 1 })?.isLocked).toBe(false);
  });

  it('is the failure where nothing stands', () => {
    const failed = cellOf(document, { label: 'C', input: 'in_1', cycle: 2 });
    expect([failed?.artifact, failed?.execution?.state, failed?.execution?.error?.message]).toEqual([null, 'failed', 'The provider refused the call.']);
  });

  it('names what is missing, of unlocked lineages and inputs that steer', () => {
    expect(nextStep(document).missing).toEqual([{ label: 'C', unscored: [], unanswered: [1] }, { label: 'D', unscored: [1, 2], unanswered: [] }]);
    const heldOut = scoredSession({ cycles: [{ A: [9, null], B: [7, null], C: [4, null], D: [2, null] }], heldOut: [2] });
    expect(nextStep(heldOut)).toEqual({ behind: [], missing: [] });
  });

  it('goes on with whom a regeneration left behind, and waits for nobody who has no agent', () => {
    const stands = (change: (lineage: SessionDocument['lineages'][number]) => Partial<SessionDocument['lineages'][number]>) => ({ ...document, lineages: document.lineages.map((lineage) => ({ ...lineage, ...change(lineage) })) });
    const behind = stands(({ label }) => (label === 'B' ? { cycle: 1 } : {}));
    const agentless = stands(({ label }) => (label === 'C' ? { cycle: 0, agents: [], problem: { code: 'provider_failed', message: 'No.' } } : {}));
    expect(nextStep(behind)).toEqual({ behind: ['B'], missing: [{ label: 'B', unscored: [2], unanswered: [] }] });
    expect(nextStep(agentless)).toEqual({ behind: [], missing: [{ label: 'D', unscored: [1, 2], unanswered: [] }] });
    // The rules are the backend's.
    for (const one of [document, behind, agentless]) {
      const { behind: left, missing } = nextStep(one);
      expect(missing.flatMap(({ label, unscored, unanswered }) => [...unscored, ...unanswered].map((input) => [label, input])).sort()).toEqual(missingForRegeneration(one).map(({ lineage, input }) => [lineage, input]).sort());
      if (left.length > 0) expect(left).toEqual(lineagesToEvolve(one));
    }
  });
});

describe('the history', () => {
  const document = scoredSession({
    cycles: [{ A: [8, 6, 5], B: [6, 6, 7], C: [4, 4, 4], D: [2, 2, null] }, { A: [9, 9, 5], B: [8, 4, 3], C: [4, null, 5], D: [2, 2, null] }],
    heldOut: [3],
    lockedFrom: { A: 2 },
  });

  it('has means of what steers, and of what is held out apart', () => {
    expect(historyOf(document).map(({ label, cells }) => [label, ...cells.map(({ score }) => score)])).toEqual([['A', 7, 9], ['B', 6, 6], ['C', 4, 4], ['D', 2, 2]]);
    expect(heldOutLine(document)).toEqual([(5 + 7 + 4) / 3, (5 + 3 + 5) / 3]);
  });

  it('names each case that got worse, and none of a locked lineage', () => {
    expect(regressionsAt(document, 2)).toEqual([
      { label: 'B', input: 2, split: 'train', before: 6, after: 4 },
      { label: 'B', input: 3, split: 'heldOut', before: 7, after: 3 },
    ]);
    expect(regressionsAt(document, 1)).toEqual([]);
  });
});

describe('the keyboard of a card', () => {
  it('scores by digits, where 0 is 10', () => {
    expect('1234567890'.split('').map((digit) => press(digit))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((score) => ({ kind: 'score', score })));
  });

  it('leaves keys with a modifier to the editor, and knows no others', () => {
    expect([press('l', { ctrlKey: true }), press('1', { altKey: true }), press('ArrowLeft', { metaKey: true }), press('z'), press('F1'), press('Tab')]).toEqual([null, null, null, null, null, null]);
  });

  it('does what the help says', () => {
    const named = keyHelp.flatMap(({ keys }) => (/^[A-Z?]$/.test(keys) ? [press(keys), press(keys.toLowerCase())] : []));
    expect(named.length).toBeGreaterThan(10);
    expect(named).not.toContain(null);
  });

  it('goes through two columns and through one', () => {
    const two = { cards: 4, columns: 2 };
    expect([movedTo(0, 'right', two), movedTo(1, 'right', two), movedTo(1, 'down', two), movedTo(3, 'left', two), movedTo(2, 'up', two), movedTo(0, 'up', two), movedTo(0, 'last', two), movedTo(3, 'first', two)]).toEqual([1, 1, 3, 2, 0, 0, 3, 0]);
    const one = { cards: 4, columns: 1 };
    expect([movedTo(0, 'right', one), movedTo(0, 'down', one), movedTo(3, 'down', one), movedTo(3, 'up', one)]).toEqual([0, 1, 3, 2]);
  });
});

describe('the order of hidden lineages', () => {
  const labels = ['A', 'B', 'C', 'D'] as const;

  it('is the same for one key and holds each of them once', () => {
    expect(blindOrder(labels, 'session 1')).toEqual(blindOrder(labels, 'session 1'));
    expect(blindOrder(labels, 'session 2').toSorted()).toEqual([...labels]);
  });

  it('puts each of them at each place about as often', () => {
    const orders = Array.from({ length: 4000 }, (_, at) => blindOrder(labels, `se_1 ${String(at)} in_1`));
    for (const place of [0, 1, 2, 3]) {
      for (const label of labels) {
        const share = orders.filter((order) => order[place] === label).length / orders.length;
        expect(share).toBeGreaterThan(0.21);
        expect(share).toBeLessThan(0.29);
      }
    }
  });
});
