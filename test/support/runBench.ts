import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { homeAt } from '../../src/backend/platform/workspace.ts';
import { createRun } from '../../src/backend/runs/createRun.ts';
import { prepareRun, type RunContext, type RunRequest } from '../../src/backend/runs/prepareRun.ts';
import { readRunFile } from '../../src/backend/runs/runFile.ts';
import type { JobId, RunId } from '../../src/protocol/ids.ts';
import type { JobPriority } from '../../src/protocol/jobs.ts';
import type { RunFile } from '../../src/protocol/runs.ts';
import { DatasetBench, jsonLines } from './datasets.ts';
import { writeModelFolder } from './modelFolder.ts';

/** A workspace in which runs can be made and looked at without a trainer: a model’s folder, datasets, the database. */
export class RunBench extends DatasetBench {
  readonly context: RunContext;

  constructor() {
    super();
    const home = homeAt(path.join(this.root, 'home'));
    writeModelFolder(path.join(home.models, 'tiny', 'hf'));
    this.context = { workspace: this.workspace, home, env: {}, store: this.store, cwd: this.workspace.root };
  }

  /** Chats of additions, half of them to train on and half to validate. */
  async addDataset(name: string, first = 0): Promise<void> {
    const rows = Array.from({ length: 20 }, (_, index) => ({
      messages: [{ role: 'user', content: `What is ${first + index} plus ${index * 3}?` }, { role: 'assistant', content: `It is ${first + index * 4}.` }],
    }));
    await this.prepare(this.file(`${name}.jsonl`, jsonLines(rows)), { name, split: 'train=0.5,validation=0.5,test=0' });
  }

  async start(request: Partial<RunRequest> & { dataset: string }, priority: JobPriority = 'normal'): Promise<{ runId: RunId; jobId: JobId }> {
    const defaults = { evalDataset: null, model: 'tiny', profile: null, campaign: null, configFile: null, entries: [{ key: 'device', value: 'cpu', where: 'the test' }] };
    const prepared = await prepareRun(this.context, { ...defaults, ...request });
    return await createRun(this.context, prepared, { agent: null, priority, versions: {}, startFrom: null });
  }

  folder(runId: string): string {
    return path.join(this.workspace.runs, runId);
  }

  /** A run's config.json. */
  runFile(runId: string): RunFile {
    const file = readRunFile(this.folder(runId));
    if (file === null) throw new Error(`run ${runId} has no config.json`);
    return file;
  }

  /** A checkpoint that verifies. What is in its files matters to a trainer only. */
  addCheckpoint(runId: string, step: number): string {
    const name = `step-${String(step).padStart(6, '0')}`;
    const folder = path.join(this.folder(runId), 'checkpoints', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'state.json'), '{}');
    writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ v: 1, step, sha256: { 'state.json': createHash('sha256').update('{}').digest('hex') } }));
    return name;
  }
}
