// Writes CodeAgents/datasets/triage.jsonl: node test/demo/write.ts
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { asJsonLines, triageRows } from './triageDataset.ts';

const file = path.join(import.meta.dirname, '..', '..', 'CodeAgents', 'datasets', 'triage.jsonl');
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(file, asJsonLines(triageRows()));
