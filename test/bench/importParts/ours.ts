// node ours.ts FILE WORKSPACE: imports once and prints seconds, rows, the largest resident set and the longest hold.
import { mkdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Datasets } from '../../../src/backend/datasets/datasets.ts';
import { prepareOptionsSchema } from '../../../src/backend/datasets/prepareOptions.ts';
import { workspaceAt } from '../../../src/backend/platform/workspace.ts';
import { openStore } from '../../../src/backend/store/db.ts';

const [file = '', folder = ''] = process.argv.slice(2);
const workspace = workspaceAt(folder);
mkdirSync(workspace.training, { recursive: true });
const store = openStore(workspace.database);
const datasets = new Datasets({ workspace, openStore: () => store, presentStore: () => store });
const holds = monitorEventLoopDelay({ resolution: 1 });
holds.enable();
const started = performance.now();
const result = await datasets.prepare(prepareOptionsSchema.parse({ paths: [file], name: 'bench' }), {
  base: process.cwd(),
  signal: new AbortController().signal,
  onProgress: () => undefined,
});
const seconds = (performance.now() - started) / 1000;
holds.disable();
console.log(JSON.stringify({ seconds, rows: result.rows.read, kept: result.rows.kept, rssBytes: process.resourceUsage().maxRSS * 1024, holdMs: holds.max / 1e6 }));
store.close();
