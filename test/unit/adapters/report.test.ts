import { expect, test } from 'vitest';
import { reportText } from '../../../src/backend/adapters/proof/report.ts';
import { adapterTestResultSchema } from '../../../src/protocol/adapters.ts';

const variant = { perplexity: 2, perplexityInterval: [1, 3], score: 0.5, scores: { exact: 0.5 } };

test('an answer cannot end the fence it stands in', () => {
  const result = adapterTestResultSchema.parse({
    adapter: { id: 'ad_1', name: 'a', path: '/a' },
    dataset: { id: 'ds_a', version: 1, split: 'test' },
    grader: 'exact',
    rows: 1,
    active: { isActive: true, maxLogitDifference: 1 },
    base: variant,
    fewShot: null,
    tuned: variant,
    samples: [{ row: 0, prompt: 'p', expected: 'e', base: 'b', fewShot: null, tuned: '````\n# Not a heading\n````', baseScore: 0, tunedScore: 1, change: 'better' }],
    engines: { checked: 2, agreeing: 1, disagreements: [{ row: 7, measured: 'one', served: '```two' }] },
    recommendation: { verdict: 'review', reasons: ['why'], thresholds: { minRows: 20 } },
    report: null,
    seconds: 1,
  });
  const text = reportText(result);
  expect(text).toContain('`````\n````\n# Not a heading\n````\n`````');
  expect(text).toContain('| tuned | 0.500 | 0.500 | 2.00 (1.00–3.00) |');
  expect(text).toContain('### Row 7\n\nMeasured:\n\n```\none\n```\n\nServed:\n\n````\n```two\n````\n');
});
