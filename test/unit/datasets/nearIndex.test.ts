import { expect, it } from 'vitest';
import { NearIndex } from '../../../src/backend/datasets/import/nearIndex.ts';
import { plantDocuments } from '../../bench/nearParts/documents.ts';

function pairsOf(documents: string[], isIndexingCopies = true): [number, number, number][] {
  const pairs: [number, number, number][] = [];
  const index = new NearIndex({ documents: documents.length, threshold: 0.8, isIndexingCopies, onPair: (a, b, similarity) => pairs.push([a, b, similarity]) });
  for (const text of documents) index.add([text]);
  return pairs;
}

it('finds planted copies, only those, and their similarity', () => {
  const { documents, pairs } = plantDocuments(4000, 0.5);
  const truth = new Map(pairs.map(({ a, b, similarity }) => [`${String(Math.min(a, b))} ${String(Math.max(a, b))}`, similarity]));
  const found = pairsOf(documents);
  for (const [a, b, similarity] of found) expect(truth.get(`${String(a)} ${String(b)}`)).toBeCloseTo(similarity, 6);
  const copies = new Set(pairs.filter((pair) => pair.similarity >= 0.8).map((pair) => Math.max(pair.a, pair.b)));
  const later = new Set(found.map(([, b]) => b));
  const missed = [...copies].filter((copy) => !later.has(copy));
  expect(missed.length).toBeLessThanOrEqual(copies.size * 0.01);
});

it('puts a cluster of thousands together without comparing all with all', () => {
  const base = Array.from({ length: 80 }, (_, index) => `word${String(index)}`);
  const documents = Array.from({ length: 5000 }, (_, index) => [...base.slice(0, 40), `own${String(index)}`, ...base.slice(40)].join(' '));
  const found = pairsOf(documents);
  expect(new Set(found.map(([, later]) => later)).size).toBe(4999);
  expect(found.length).toBeLessThan(5000 * 4);
});

it('ignores case, punctuation and white space, and never calls short texts copies', () => {
  const text = 'The quick brown fox jumps over the lazy dog again and again';
  expect(pairsOf([text, `${text.toUpperCase().replaceAll(' ', ' , ')}!`])).toEqual([[0, 1, 1]]);
  expect(pairsOf(['2 + 2 = 4', '2 - 2 = 4'])).toEqual([]);
});

it('compares with kept documents only when copies are to go', () => {
  const words = Array.from({ length: 60 }, (_, index) => `w${String(index)}`);
  const edit = (from: string[], at: number): string[] => from.map((word, index) => (index === at ? `x${String(at)}` : word));
  const chain = [words, edit(words, 10), edit(edit(words, 10), 40)].map((one) => one.join(' '));
  expect(pairsOf(chain).map(([a, b]) => [a, b])).toEqual([[0, 1], [1, 2]]);
  expect(pairsOf(chain, false).map(([a, b]) => [a, b])).toEqual([[0, 1]]);
});
