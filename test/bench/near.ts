// `npm run bench -- near [DOCUMENTS] [ROUNDS]`: near duplicates on planted copies, tokenising and verification included,
// against datasketch's MinHash LSH on a part of the same documents (installed into .tools/bench/near). A planted pair at
// Jaccard ≥ 0.8 counts as found when both are in one cluster; a found pair counts as right when its true Jaccard is ≥ 0.8.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { measure, median, peerPython, writeResult } from './importParts/bench.ts';
import { plantDocuments, type PlantedDocuments } from './nearParts/documents.ts';

const threshold = 0.8;
const parts = path.join(import.meta.dirname, 'nearParts');
const documents = Number(process.argv[2] ?? 200_000);
const rounds = Number(process.argv[3] ?? 3);
const peerDocuments = Math.min(documents, 20_000);
const foundSchema = z.object({ seconds: z.number(), pairs: z.array(z.tuple([z.number(), z.number(), z.number()])) });
type Found = z.infer<typeof foundSchema>;

const folder = mkdtempSync(path.join(tmpdir(), 'training-camp-bench-'));
try {
  const python = await peerPython('near', ['datasketch'], 'import datasketch');
  const planted = plantDocuments(documents, 0.3);
  const file = path.join(folder, 'documents.jsonl');
  const part = path.join(folder, 'part.jsonl');
  const lines = planted.documents.map((text) => JSON.stringify({ text }));
  writeFileSync(file, `${lines.join('\n')}\n`);
  writeFileSync(part, `${lines.slice(0, peerDocuments).join('\n')}\n`);
  const ours: Found[] = [];
  const peer: Found[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(foundSchema.parse(await measure(process.execPath, [path.join(parts, 'ours.ts'), file])));
    peer.push(foundSchema.parse(await measure(python, [path.join(parts, 'near_peer.py'), part])));
  }
  const rate = documents / median(ours.map((one) => one.seconds));
  const peerRate = peerDocuments / median(peer.map((one) => one.seconds));
  const mine = judge(planted, ours[0]?.pairs ?? [], documents);
  const theirs = judge(planted, peer[0]?.pairs ?? [], peerDocuments);
  console.table({
    'Training Camp': { 'documents/s': Math.round(rate).toLocaleString('en-US'), recall: mine.recall.toFixed(4), precision: mine.precision.toFixed(4) },
    datasketch: { 'documents/s': Math.round(peerRate).toLocaleString('en-US'), recall: theirs.recall.toFixed(4), precision: theirs.precision.toFixed(4) },
  });
  console.log(`${(rate / peerRate).toFixed(1)} times faster (aim: ≥ 80,000 documents/s, ≥ 20 times, recall and precision ≥ 0.99)`);
  writeResult('near', { documents, peerDocuments, rounds, documentsPerSecond: rate, peerDocumentsPerSecond: peerRate, timesFaster: rate / peerRate, ...mine, peerRecall: theirs.recall, peerPrecision: theirs.precision });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function judge(planted: PlantedDocuments, found: Found['pairs'], count: number): { recall: number; precision: number; plantedPairs: number } {
  const key = (a: number, b: number): number => Math.min(a, b) * count + Math.max(a, b);
  const truth = new Map(planted.pairs.map((pair) => [key(pair.a, pair.b), pair.similarity]));
  const parent = Array.from({ length: count }, (_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (parent[root] !== root) root = parent[root] ?? root;
    return root;
  };
  let right = 0;
  for (const [a, b] of found) {
    parent[rootOf(a)] = rootOf(b);
    if ((truth.get(key(a, b)) ?? 0) >= threshold) right++;
  }
  const wanted = planted.pairs.filter((pair) => pair.similarity >= threshold && pair.a < count && pair.b < count);
  const recalled = wanted.filter((pair) => rootOf(pair.a) === rootOf(pair.b)).length;
  return { recall: recalled / wanted.length, precision: right / Math.max(1, found.length), plantedPairs: wanted.length };
}
