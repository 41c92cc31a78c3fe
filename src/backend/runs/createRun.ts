import path from 'node:path';
import { jobIdSchema, runIdSchema, type JobId, type RunId } from '../../protocol/ids.ts';
import type { JobPriority } from '../../protocol/jobs.ts';
import type { RunFile } from '../../protocol/runs.ts';
import { buildFolder, writeFileAtomically } from '../platform/files.ts';
import { gitCommit } from '../platform/git.ts';
import { newId } from '../platform/newId.ts';
import { transact } from '../store/changes.ts';
import { DatasetIndex } from '../store/datasetIndex.ts';
import { insertJob } from '../store/jobs.ts';
import { insertRun } from '../store/runs.ts';
import type { TrainingData } from '../store/runDatasets.ts';
import type { PreparedRun, RunContext } from './prepareRun.ts';

export interface CreateOptions {
  agent: string | null;
  priority: JobPriority;
  /** Versions of what made the run, by name. */
  versions: Record<string, string>;
  /** A checkpoint of another run to begin from. */
  startFrom: RunFile['startFrom'];
}

export interface CreatedRun {
  runId: RunId;
  jobId: JobId;
}

/** Tries after transient failures included: the architecture allows a run three further attempts. */
export const maxAttempts = 4;

/**
 * Writes the run's folder and queues it. The folder appears under its name only when it is whole, and the run's row and
 * its job are one transaction: a crash leaves at most a folder that nothing refers to.
 */
export async function createRun(context: RunContext, prepared: PreparedRun, options: CreateOptions): Promise<CreatedRun> {
  const created = context.store.clock.now();
  const runId = runIdSchema.parse(newId('run', created));
  const jobId = jobIdSchema.parse(newId('job', created));
  const commit = await gitCommit(context.workspace.root);
  const folder = path.join(context.workspace.runs, runId);
  const other = otherDataset(prepared);
  writeRunFolder(folder, prepared, {
    v: 1,
    runId,
    created: created.toISOString(),
    config: prepared.config,
    configSources: prepared.sources,
    configHash: prepared.configHash,
    gitCommit: commit,
    agent: options.agent,
    model: prepared.model.identity,
    dataset: {
      id: prepared.data.id,
      version: prepared.data.version,
      sha256: prepared.data.sha256,
      rowsPath: rowsPath(folder, prepared.data),
      trainSplit: 'data/train.idx',
      validationSplit: prepared.validation === null ? null : 'data/validation.idx',
      validationRowsPath: other === null ? null : rowsPath(folder, other),
      validationDataset: other === null ? null : { id: other.id, version: other.version, sha256: other.sha256 },
    },
    startFrom: options.startFrom,
    estimatedTokensPerEpoch: prepared.totals.tokens,
    versions: options.versions,
  });
  transact(context.store, (note) => {
    insertRun(context.store, note, {
      id: runId,
      jobId,
      method: prepared.config.method,
      model: prepared.model.identity.id,
      modelSha256: prepared.model.identity.sha256,
      datasetId: prepared.data.id,
      datasetVersion: prepared.data.version,
      agent: options.agent,
      parentRunId: options.startFrom?.runId ?? null,
      configHash: prepared.configHash,
      gitCommit: commit,
      path: folder,
      created: created.toISOString(),
    });
    insertJob(context.store, note, { id: jobId, runId, lane: 'device', priority: options.priority, configHash: prepared.configHash, gitCommit: commit, maxAttempts });
  });
  return { runId, jobId };
}

function writeRunFolder(folder: string, prepared: PreparedRun, file: RunFile): void {
  buildFolder(folder, (staging) => {
    writePlaces(prepared.data, 'train', path.join(staging, 'data', 'train.idx'));
    if (prepared.validation !== null) writePlaces(prepared.validation, 'validation', path.join(staging, 'data', 'validation.idx'));
    writeFileAtomically(path.join(staging, 'config.json'), `${JSON.stringify(file, null, 2)}\n`);
  });
}

function writePlaces(data: TrainingData, split: 'train' | 'validation', file: string): void {
  const index = new DatasetIndex(path.join(data.path, 'index.db'));
  try {
    const { triples } = index.places(split);
    writeFileAtomically(file, new Uint8Array(triples.buffer, triples.byteOffset, triples.byteLength));
  } finally {
    index.close();
  }
}

/** The dataset of the validation split where it is not the one that is trained on. */
function otherDataset({ data, validation }: PreparedRun): TrainingData | null {
  return validation === null || validation.path === data.path ? null : validation;
}

/** Relative to the run's folder, so that a workspace can be moved. */
function rowsPath(folder: string, data: TrainingData): string {
  return path.relative(folder, path.join(data.path, 'rows.jsonl')).split(path.sep).join('/');
}
