import { describe, expect, it } from 'vitest';
import { meanAbsoluteError, ranks, spearman } from '../../../src/backend/camp/judge/agreement.ts';
import { calibrate, calibratedScore } from '../../../src/backend/camp/judge/calibrate.ts';
import { sessionDocument } from '../../support/camp/sessionDocument.ts';

describe('agreement', () => {
  it('gives equal values the mean of their ranks', () => {
    expect(ranks([30, 10, 20, 20, 20])).toEqual([5, 1, 3, 3, 3]);
  });

  it('is Spearman’s rank correlation, as by hand', () => {
    expect(spearman([[1, 1], [2, 4], [3, 9], [4, 16]])).toBeCloseTo(1, 12);
    expect(spearman([[1, 3], [2, 2], [3, 1]])).toBeCloseTo(-1, 12);
    // Without ties, 1 − 6Σd²/(n(n²−1)): ranks 1 2 3 4 5 against 2 1 4 3 5, Σd² = 4.
    expect(spearman([[1, 20], [2, 10], [3, 40], [4, 30], [5, 50]])).toBeCloseTo(0.8, 12);
    // With ties: ranks 1 2.5 2.5 4 against 1 2 3.5 3.5. Deviations −1.5 0 0 1.5 and −1.5 −0.5 1 1: 3.75 / √(4.5 · 4.5).
    expect(spearman([[1, 1], [2, 2], [2, 3], [3, 3]])).toBeCloseTo(3.75 / 4.5, 12);
  });

  it('can’t be said of one pair, or where one side always says the same', () => {
    expect(spearman([[1, 2]])).toBeNull();
    expect(spearman([[5, 1], [5, 2], [5, 3]])).toBeNull();
    expect(meanAbsoluteError([])).toBeNull();
    expect(meanAbsoluteError([[1, 3], [4, 4]])).toBe(1);
  });
});

const scored = (pairs: [judged: number, score: number][], isHeldOut = false) => sessionDocument({
  inputs: pairs.map((_, index) => ({ text: `ticket ${String(index)}`, isHeldOut })),
  lineages: { A: [{ systemPrompt: 'Help.', answers: pairs.map(([judged, score], index) => ({ input: index + 1, content: `answer ${String(index)}`, judged, score })) }] },
});

describe('calibration', () => {
  it('fits the person’s scores by least squares', () => {
    const [found] = calibrate(scored([[2, 3], [4, 4], [6, 5], [8, 6], [10, 7]]));
    expect(found).toMatchObject({ judgeModel: 'test:judge', raw: { n: 5, spearman: 1, meanAbsoluteError: 1.4 } });
    expect(found?.mapping?.scale).toBeCloseTo(0.5, 12);
    expect(found?.mapping?.offset).toBeCloseTo(2, 12);
    expect(found?.calibrated?.meanAbsoluteError).toBeCloseTo(0, 12);
    expect(calibratedScore(found?.mapping ?? null, 10)).toBeCloseTo(7, 12);
  });

  it('is told by mappings that did not see the score they are compared with', () => {
    // Without the last pair the judge says nothing (all 5), so the mapping for it is none and its raw score 9 stands: |9 − 1| = 8.
    const [found] = calibrate(scored([[5, 5], [5, 6], [5, 4], [5, 5], [9, 9]]));
    expect(found?.calibrated?.meanAbsoluteError).toBeGreaterThan(0.5);
    expect(found?.mapping).not.toBeNull();
  });

  it('is none with too few scores, or of a judge that ranks against the person', () => {
    expect(calibrate(scored([[2, 3], [4, 4], [6, 5], [8, 6]]))[0]).toMatchObject({ mapping: null, calibrated: null, raw: { n: 4 } });
    expect(calibrate(scored([[2, 9], [4, 8], [6, 7], [8, 6], [9, 5]]))[0]).toMatchObject({ mapping: null, raw: { spearman: -1 } });
  });

  it('looks at no held-out input, and at nothing that one of the two left out', () => {
    expect(calibrate(scored([[2, 3], [4, 4]], true))).toEqual([]);
    const document = scored([[2, 3], [4, 4]]);
    expect(calibrate({ ...document, evaluations: document.evaluations.filter(({ by }) => by === 'judge') })).toEqual([]);
  });

  it('keeps the person’s scores as they are', () => {
    const document = scored([[2, 3], [4, 4], [6, 5], [8, 6], [10, 7]]);
    const before = JSON.stringify(document);
    calibrate(document);
    expect(JSON.stringify(document)).toBe(before);
  });
});
