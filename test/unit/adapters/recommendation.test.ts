import { expect, test } from 'vitest';
import { recommend, type Findings } from '../../../src/backend/adapters/proof/recommendation.ts';
import type { TestSample, VariantResult } from '../../../src/protocol/adapters.ts';

function samples(better: number, same: number, worse: number): TestSample[] {
  const changes: TestSample['change'][] = [...Array<'better'>(better).fill('better'), ...Array<'same'>(same).fill('same'), ...Array<'worse'>(worse).fill('worse')];
  return changes.map((change, row) => ({ row, prompt: '', expected: '', base: '', fewShot: null, tuned: '', baseScore: 0, tunedScore: 0, change }));
}

const variant = (score: number | null, perplexity = 2): VariantResult => ({ score, scores: {}, perplexity, perplexityInterval: [perplexity - 0.1, perplexity + 0.1] });

const good: Findings = {
  split: 'test',
  isActive: true,
  problems: [],
  base: variant(0.1, 5),
  fewShot: variant(0.3),
  tuned: variant(0.9, 1.2),
  samples: samples(38, 2, 0),
  engines: { checked: 8, agreeing: 8, disagreements: [] },
};

const verdicts: [string, Partial<Findings>, string, RegExp][] = [
  ['clearly better on enough rows', {}, 'deploy', /10\.0 % to 90\.0 %/],
  ['an adapter that changes nothing', { isActive: false }, 'reject', /changes nothing/],
  ['values that are not finite', { problems: ['not finite'] }, 'reject', /not finite/],
  ['a lower score', { tuned: variant(0.05) }, 'reject', /fell/],
  ['few rows', { samples: samples(10, 0, 0) }, 'review', /Only 10 rows/],
  ['many worse rows', { samples: samples(30, 0, 10) }, 'review', /10 of 40 rows got worse: row 30/],
  ['a small gain', { tuned: variant(0.12), fewShot: null }, 'review', /only 2\.0 %/],
  ['examples that do as well', { fewShot: variant(0.95) }, 'review', /with examples/],
  ['a serving engine that answers otherwise', { engines: { checked: 2, agreeing: 1, disagreements: [{ row: 17, measured: 'a', served: 'b' }] } }, 'review', /only 1 of 2 prompts; another one for row 17/],
  ['chosen answers that became less likely', { base: { ...good.base, scores: { chosenLogProb: -1.4 } }, tuned: { ...good.tuned, scores: { chosenLogProb: -7.3 } } }, 'review', /fell from -1\.40 to -7\.30/],
  ['no serving engine', { engines: null }, 'review', /not compared/],
  ['rows that training saw', { split: 'train' }, 'review', /training saw/],
  ['no grader', { base: variant(null, 5), tuned: variant(null, 1.2) }, 'review', /read them/],
  ['no grader and worse perplexity', { base: variant(null, 2), tuned: variant(null, 5) }, 'reject', /clearly higher/],
];

test.each(verdicts)('%s', (_name, changes, verdict, reason) => {
  const found = recommend({ ...good, ...changes });
  expect(found.verdict).toBe(verdict);
  expect(found.reasons.join('\n')).toMatch(reason);
  expect(found.thresholds).toHaveProperty('minRows');
});
