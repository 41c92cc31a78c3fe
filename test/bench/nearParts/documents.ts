import { makeWords, pick, seeded } from '../importParts/seeded.ts';

export interface PlantedDocuments {
  documents: string[];
  /** All pairs within a group of copies, with the Jaccard similarity of their sets of 5-word shingles. */
  pairs: { a: number; b: number; similarity: number }[];
}

const boilerplate = 'You are a careful assistant and you always answer with the exact steps that the user asked for in plain words'.split(' ');

/** Documents of about 130 words, a fifth of them near copies of others, shuffled. A share begins with boilerplate. */
export function plantDocuments(count: number, boilerplateShare: number): PlantedDocuments {
  const random = seeded(777);
  const words = makeWords(20_000, random);
  const documents: string[] = [];
  const pairs: PlantedDocuments['pairs'] = [];
  while (documents.length < count) {
    const length = Math.max(40, Math.min(400, Math.floor(130 + 80 * (random() + random() + random() - 1.5))));
    const original = random() < boilerplateShare ? [...boilerplate] : [];
    while (original.length < length) original.push(pick(words, random));
    const group = [{ index: documents.length, words: original }];
    documents.push(original.join(' '));
    for (let copies = random() < 0.12 ? 1 + Math.floor(random() * random() * 4) : 0; copies > 0 && documents.length < count; copies--) {
      const copy = edit(original, words, random);
      group.push({ index: documents.length, words: copy });
      documents.push(copy.join(random() < 0.2 ? ', ' : ' '));
    }
    const sets = group.map((one) => shingles(one.words));
    for (let a = 0; a < group.length; a++) {
      for (let b = a + 1; b < group.length; b++) {
        pairs.push({ a: group[a]?.index ?? 0, b: group[b]?.index ?? 0, similarity: jaccard(sets[a] ?? new Set(), sets[b] ?? new Set()) });
      }
    }
  }
  return shuffled({ documents, pairs }, random);
}

function edit(original: readonly string[], words: readonly string[], random: () => number): string[] {
  const copy = [...original];
  const kind = random();
  for (let edits = kind < 0.15 ? 0 : 1 + Math.floor(random() * 6); edits > 0; edits--) {
    const at = Math.floor(random() * copy.length);
    for (let index = at; index < Math.min(copy.length, at + 1 + Math.floor(random() * 3)); index++) copy[index] = pick(words, random);
  }
  if (kind > 0.9) copy.splice(Math.floor(random() * copy.length), 1 + Math.floor(random() * 8));
  return copy;
}

function shuffled(planted: PlantedDocuments, random: () => number): PlantedDocuments {
  const order = planted.documents.map((_, index) => index);
  for (let index = order.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [order[index], order[other]] = [order[other] ?? 0, order[index] ?? 0];
  }
  const place = new Map(order.map((document, index) => [document, index]));
  return {
    documents: order.map((document) => planted.documents[document] ?? ''),
    pairs: planted.pairs.map(({ a, b, similarity }) => ({ a: place.get(a) ?? 0, b: place.get(b) ?? 0, similarity })),
  };
}

function shingles(words: readonly string[]): Set<string> {
  const set = new Set<string>();
  const lower = words.map((word) => word.toLowerCase());
  for (let at = 0; at + 5 <= lower.length; at++) set.add(lower.slice(at, at + 5).join(' '));
  return set;
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const shingle of a) if (b.has(shingle)) shared++;
  return shared / (a.size + b.size - shared);
}
