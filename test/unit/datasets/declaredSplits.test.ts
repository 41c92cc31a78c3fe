import { expect, test } from 'vitest';
import { declaredSplits } from '../../../src/backend/datasets/declaredSplits.ts';
import { defaultShares } from '../../../src/backend/datasets/import/splits.ts';

test.each<[string[], number[] | null]>([
  [['train.jsonl', 'validation.jsonl', 'test.jsonl'], [0, 1, 2]],
  [['data/train-00000-of-00002.parquet', 'data/train-00001-of-00002.parquet', 'data/test-00000-of-00001.parquet'], [0, 0, 2]],
  [['Training.csv', 'dev.csv'], [0, 1]],
  [['train.jsonl'], null],
  [['train.jsonl', 'training_2.jsonl'], null],
  [['train.jsonl', 'notes.jsonl'], null],
  [['trainers.jsonl', 'tests.jsonl'], null],
])('the names %j declare %j', (names, splits) => {
  expect(declaredSplits(names, defaultShares)).toEqual(splits);
});

test('shares that were asked for win over names', () => {
  expect(declaredSplits(['train.jsonl', 'test.jsonl'], { train: 0.5, validation: 0.25, test: 0.25 })).toBeNull();
});
