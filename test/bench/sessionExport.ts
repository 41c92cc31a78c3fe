// `npm run bench -- sessionExport [MODEL]`: a session's pairs, loaded with the `datasets` package and trained for one step by
// TRL's DPOTrainer (installed into .tools/bench/trl) on the built-in model. It shows that others read what we export.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { exportSession } from '../../src/backend/camp/exports/exportSession.ts';
import { builtInModel } from '../../src/backend/models/resolveModel.ts';
import { findHome } from '../../src/backend/platform/workspace.ts';
import { exportOptionsSchema } from '../../src/protocol/sessionExport.ts';
import { trainerPython } from '../runner/suites.ts';
import { baitSession } from '../support/camp/baitSession.ts';
import { writeResult } from './importParts/bench.ts';

const steppedSchema = z.object({ rows: z.int(), columns: z.array(z.string()), steps: z.int(), loss: z.number() });
const model = process.argv[2] ?? path.join(findHome(process.env, process.platform).models, builtInModel, 'hf');
const folder = mkdtempSync(path.join(tmpdir(), 'training-camp-bench-'));
try {
  const peers = await execa(trainerPython(), ['-c', 'from peers import peer_python; print(peer_python())'], { cwd: path.join(import.meta.dirname, 'trainer_peers'), stderr: 'inherit' });
  const results: Record<string, z.infer<typeof steppedSchema> & { exported: number }> = {};
  for (const format of ['trl', 'trl_messages'] as const) {
    const { text, count } = exportSession(baitSession(), exportOptionsSchema.parse({ kind: 'dpo', format }));
    const file = path.join(folder, `${format}.jsonl`);
    writeFileSync(file, text ?? '');
    const stepped = await execa(peers.stdout.trim(), [path.join(import.meta.dirname, 'exportParts', 'trl_dpo_step.py'), model, file], { env: { HF_HUB_OFFLINE: '1' }, stderr: 'inherit' });
    results[format] = { exported: count, ...steppedSchema.parse(JSON.parse(stepped.stdout.trim().split('\n').at(-1) ?? '')) };
  }
  console.table(Object.fromEntries(Object.entries(results).map(([format, { columns, ...rest }]) => [format, { ...rest, columns: columns.join(' ') }])));
  writeResult('sessionExport', results);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
