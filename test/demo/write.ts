// Writes the files of CodeAgents/datasets/triage: node test/demo/write.ts
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { asJsonLines, triageRows } from './triageDataset.ts';

const folder = path.join(import.meta.dirname, '..', '..', 'CodeAgents', 'datasets', 'triage');
mkdirSync(folder, { recursive: true });
for (const [split, rows] of Object.entries(triageRows())) writeFileSync(path.join(folder, `${split}.jsonl`), asJsonLines(rows));
