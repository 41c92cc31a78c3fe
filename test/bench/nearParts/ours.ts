// node ours.ts FILE: finds near duplicates among the lines of FILE ({"text": …}); prints seconds and the pairs found.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { NearIndex } from '../../../src/backend/datasets/import/nearIndex.ts';

const rowSchema = z.object({ text: z.string() });
const texts = readFileSync(process.argv[2] ?? '', 'utf8').trimEnd().split('\n').map((line) => rowSchema.parse(JSON.parse(line)).text);
const pairs: [number, number, number][] = [];
const started = performance.now();
const index = new NearIndex({ documents: texts.length, threshold: 0.8, isIndexingCopies: true, onPair: (a, b, similarity) => pairs.push([a, b, similarity]) });
for (const text of texts) index.add([text]);
const seconds = (performance.now() - started) / 1000;
console.log(JSON.stringify({ seconds, pairs }));
