import { describe, expect, it } from 'vitest';
import { heldOutReport } from '../../../src/backend/camp/heldOut.ts';
import { trainingView } from '../../../src/backend/camp/evolution/trainingView.ts';
import { sessionDocument } from '../../support/camp/sessionDocument.ts';

const inputs = [{ text: 'seen' }, { text: 'secret one', isHeldOut: true }, { text: 'secret two', isHeldOut: true }];
const document = sessionDocument({
  inputs,
  lineages: {
    A: [
      { systemPrompt: 'One.', answers: [{ input: 1, content: 'a', score: 2 }, { input: 2, content: 'b', score: 8, judged: 3 }, { input: 3, content: 'c', score: 4, judged: 5 }] },
      { systemPrompt: 'Two.', answers: [{ input: 1, content: 'd', score: 9 }, { input: 2, content: 'e', score: 6, judged: 9, comment: 'hidden comment' }, { input: 3, content: 'f', judged: 2 }] },
    ],
    B: [{ systemPrompt: 'Three.', answers: [{ input: 2, content: 'g', judged: 7 }] }],
  },
});

describe('held-out inputs', () => {
  it('have a mean per cycle and lineage, by the person where there is one, else by the judge', () => {
    expect(heldOutReport(document).scores).toEqual([
      { cycle: 1, label: 'A', by: 'user', mean: 6, scored: 2, of: 2 },
      { cycle: 1, label: 'B', by: 'judge', mean: 7, scored: 1, of: 2 },
      { cycle: 2, label: 'A', by: 'user', mean: 6, scored: 1, of: 2 },
    ]);
  });

  it('name each case that got worse, compared by one and the same side', () => {
    expect(heldOutReport(document).worse).toEqual([
      { cycle: 2, label: 'A', input: 2, text: 'secret one', by: 'user', before: 8, after: 6 },
      { cycle: 2, label: 'A', input: 3, text: 'secret two', by: 'judge', before: 5, after: 2 },
    ]);
  });

  it('leave nothing of themselves in what evolution sees', () => {
    const view = JSON.stringify(trainingView(document));
    for (const text of ['secret', 'hidden comment', 'in_2', 'ar_a1-2', 'ex_b1-2', 'ev_a1-3']) expect(view).not.toContain(text);
    expect(view).toContain('in_1');
    expect(trainingView(document).evaluations).toHaveLength(2);
  });

  it('count a score of an artifact from the cycle on that it was given in', () => {
    const rescored = { ...document, evaluations: [...document.evaluations, { ...document.evaluations.find(({ id }) => id === 'ev_a1-2')!, cycle: 2, score: 1, created: '2026-02-01T00:00:00Z' }] };
    expect(heldOutReport(rescored).scores[0]).toMatchObject({ cycle: 1, mean: 6 });
  });
});
