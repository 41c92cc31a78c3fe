// `npm run bench -- import [ROWS] [ROUNDS]`: import with validation, scoring, exact deduplication, splits and index,
// against `datasets` and DuckDB, which only load (installed into .tools/bench/import). Every figure is of a fresh process,
// rounds in turn, medians. The second input is full of escapes, as Python writes by default.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { measure, median, peerPython, writeResult } from './importParts/bench.ts';
import { bundleOurs } from './importParts/bundle.ts';
import { writeChats } from './importParts/chats.ts';

const parts = path.join(import.meta.dirname, 'importParts');
const rows = Number(process.argv[2] ?? 1_000_000);
const rounds = Number(process.argv[3] ?? 3);
const oursSchema = z.object({ seconds: z.number(), rows: z.number(), kept: z.number(), rssBytes: z.number(), holdMs: z.number() });
const peerSchema = z.object({ seconds: z.number(), rows: z.number(), rssBytes: z.number() });

const folder = mkdtempSync(path.join(tmpdir(), 'training-camp-bench-'));
try {
  const python = await peerPython('import', ['datasets', 'duckdb'], 'import datasets, duckdb');
  const script = await bundleOurs();
  const result: Record<string, unknown> = { rows, rounds };
  const table: Record<string, unknown> = {};
  for (const input of ['plain', 'escaped'] as const) {
    const file = path.join(folder, `${input}.jsonl`);
    writeChats(file, rows, input === 'escaped');
    const ours: z.infer<typeof oursSchema>[] = [];
    const peers: Record<'datasets' | 'duckdb', z.infer<typeof peerSchema>[]> = { datasets: [], duckdb: [] };
    // `datasets` refuses a file with broken lines: it gets one without.
    const clean = path.join(folder, `${input}-clean.jsonl`);
    await measure(process.execPath, [path.join(parts, 'clean.ts'), file, clean]);
    for (let round = 0; round < rounds; round++) {
      const workspace = path.join(folder, `workspace-${String(round)}`);
      ours.push(oursSchema.parse(await measure(process.execPath, [script, file, workspace])));
      rmSync(workspace, { recursive: true, force: true });
      for (const peer of ['datasets', 'duckdb'] as const) peers[peer].push(peerSchema.parse(await measure(python, [path.join(parts, 'import_peer.py'), peer, clean])));
    }
    const rate = median(ours.map((one) => one.rows / one.seconds));
    const figures = {
      bytesPerRow: statSync(file).size / rows,
      rowsPerSecond: rate,
      rssBytes: median(ours.map((one) => one.rssBytes)),
      holdMs: median(ours.map((one) => one.holdMs)),
      datasetsRowsPerSecond: median(peers.datasets.map((one) => one.rows / one.seconds)),
      duckdbRowsPerSecond: median(peers.duckdb.map((one) => one.rows / one.seconds)),
    };
    result[input] = figures;
    table[input] = {
      'bytes/row': Math.round(figures.bytesPerRow),
      'rows/s': Math.round(rate).toLocaleString('en-US'),
      'RSS MB': Math.round(figures.rssBytes / 1e6),
      'hold ms': Math.round(figures.holdMs),
      'datasets, loads only': Math.round(figures.datasetsRowsPerSecond).toLocaleString('en-US'),
      'DuckDB, loads only': Math.round(figures.duckdbRowsPerSecond).toLocaleString('en-US'),
    };
  }
  console.table(table);
  console.log('aim: plain ≥ 100,000 rows/s, ≤ 300 MB, holds ≤ 50 ms');
  writeResult('import', result);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
