import path from 'node:path';
import { failure, notFound, usageError } from '../../protocol/errors.ts';
import { jobIdSchema, runIdSchema, type JobId, type RunId } from '../../protocol/ids.ts';
import type { JobPriority } from '../../protocol/jobs.ts';
import type { RunFile, RunSummary } from '../../protocol/runs.ts';
import { readBaseModel, type BaseModel } from '../models/identity.ts';
import { hashCacheFolder } from '../models/resolveModel.ts';
import { cachedFileSha256 } from '../platform/fileHash.ts';
import { fileFacts } from '../platform/files.ts';
import { newId } from '../platform/newId.ts';
import { transact } from '../store/changes.ts';
import { insertJob, openJobOfRun, readJob } from '../store/jobs.ts';
import { readTrainingData, trainTokens, type TrainingData } from '../store/runDatasets.ts';
import { attachJob, setRunState } from '../store/runState.ts';
import { createRun, maxAttempts } from './createRun.ts';
import { findRun } from './findRun.ts';
import { estimateAgain, hashConfig, longestRow, type RunContext } from './prepareRun.ts';
import { readRunFile } from './runFile.ts';
import { findCheckpoint, type CheckpointSearch } from './verifyCheckpoint.ts';

export interface Resumed {
  runId: RunId;
  jobId: JobId;
  checkpoint: string;
  step: number;
  rejected: CheckpointSearch['rejected'];
}

export interface ResumeOptions {
  /** Null keeps the priority that the run's last job had. */
  priority: JobPriority | null;
  signal?: AbortSignal;
}

/**
 * Queues a further attempt of a run that is over but not completed. It goes on from the newest checkpoint that verifies.
 * Refused when none does, or when a dataset or the base model are no longer what they were.
 */
export async function resumeRun(context: RunContext, reference: string, { priority, signal }: ResumeOptions): Promise<Resumed> {
  const run = findRun(context.store, reference);
  if (openJobOfRun(context.store, run.id) !== null) {
    throw failure('run_not_over', `Run ${run.id} is ${run.state}; there is nothing to resume.`, { hint: `training status ${run.id} --follow` });
  }
  if (run.state === 'completed') {
    throw failure('run_completed', `Run ${run.id} is completed.`, { hint: `training resume ${run.id} --extend-epochs N makes a run that goes on from it.` });
  }
  const file = requireRunFile(run);
  await checkDatasets(context, file, signal);
  await checkModel(context, file, signal);
  const { newest, rejected } = await requireCheckpoint(run, signal);
  const jobId = jobIdSchema.parse(newId('job', context.store.clock.now()));
  transact(context.store, (note) => {
    if (openJobOfRun(context.store, run.id) !== null) throw failure('run_not_over', `Run ${run.id} was resumed by another command.`);
    insertJob(context.store, note, { id: jobId, runId: run.id, lane: 'device', priority: priority ?? lastPriority(context, run), configHash: file.configHash, gitCommit: file.gitCommit, maxAttempts });
    attachJob(context.store, run.id, jobId);
    setRunState(context.store, note, run.id, { state: 'queued' });
  });
  return { runId: run.id, jobId, checkpoint: newest.name, step: newest.step, rejected };
}

/** Makes a run of `epochs` more passes that begins with the adapter of another run's newest checkpoint. */
export async function extendRun(context: RunContext, reference: string, epochs: number, { priority, signal }: ResumeOptions): Promise<Resumed> {
  const run = findRun(context.store, reference);
  if (openJobOfRun(context.store, run.id) !== null) {
    // A run that goes on removes old checkpoints: the one to begin from would be gone by the new run's turn.
    throw failure('run_not_over', `Run ${run.id} is ${run.state}; only a run that is over can be extended.`, { hint: `training status ${run.id} --follow` });
  }
  const file = requireRunFile(run);
  await checkDatasets(context, file, signal);
  const model = await checkModel(context, file, signal);
  const { newest, rejected } = await requireCheckpoint(run, signal);
  const data = requireData(context, run, file.dataset);
  const config = { ...file.config, epochs, maxSteps: null };
  const totals = trainTokens(path.join(data.path, 'index.db'), longestRow(config), config.overlong);
  const { validationDataset, validationSplit } = file.dataset;
  const validation = validationSplit === null ? null : validationDataset === null ? data : requireData(context, run, validationDataset);
  const created = await createRun(
    context,
    {
      config,
      sources: { ...file.configSources, epochs: 'command' },
      reasons: {},
      configHash: hashConfig(config, model, data, validation ?? data),
      model,
      profile: null,
      campaign: null,
      data,
      validation,
      totals,
      estimate: estimateAgain(context, { config, model, tokensPerEpoch: totals.tokens, available: null }),
    },
    { agent: run.agent, priority: priority ?? lastPriority(context, run), versions: file.versions, startFrom: { runId: runIdSchema.parse(run.id), checkpoint: newest.name } },
  );
  return { ...created, checkpoint: newest.name, step: newest.step, rejected };
}

function lastPriority(context: RunContext, run: RunSummary): JobPriority {
  return (run.jobId === null ? null : readJob(context.store, run.jobId)?.priority) ?? 'normal';
}

function requireData(context: RunContext, run: RunSummary, wanted: { id: string; version: number }): TrainingData {
  const found = readTrainingData(context.store, wanted.id, wanted.version);
  if (found === null) throw notFound('dataset_not_found', `Run ${run.id} used dataset ${wanted.id} version ${wanted.version}, which is gone.`, { hint: 'training datasets lists what there is.' });
  return { ...found, path: path.resolve(context.workspace.root, found.path) };
}

function requireRunFile(run: RunSummary): RunFile {
  const file = readRunFile(run.path);
  if (file !== null) return file;
  throw failure('run_folder_damaged', `The folder of run ${run.id} has no usable config.json.`, { hint: 'Start a new run: training start' });
}

async function checkDatasets(context: RunContext, file: RunFile, signal?: AbortSignal): Promise<void> {
  const { validationDataset, validationRowsPath, ...trained } = file.dataset;
  await checkRows(context, file, trained, signal);
  if (validationDataset !== null && validationRowsPath !== null) await checkRows(context, file, { ...validationDataset, rowsPath: validationRowsPath }, signal);
}

async function checkRows(context: RunContext, file: RunFile, data: { id: string; version: number; sha256: string; rowsPath: string }, signal?: AbortSignal): Promise<void> {
  const rows = path.resolve(context.workspace.runs, file.runId, data.rowsPath);
  if (fileFacts(rows) === null) {
    throw failure('dataset_missing', `The rows of dataset ${data.id} version ${data.version} are gone: ${rows}`, { hint: 'Restore the file, or start a new run.' });
  }
  if ((await cachedFileSha256(rows, hashCacheFolder(context.home), signal)) !== data.sha256) {
    throw failure('dataset_changed', `The rows of dataset ${data.id} version ${data.version} are no longer those that the run began with.`, {
      hint: 'A run goes on only with the same rows. Start a new run.',
    });
  }
}

async function checkModel(context: RunContext, file: RunFile, signal?: AbortSignal): Promise<BaseModel> {
  const { id, path: folder, revision, sha256, tokenizerSha256 } = file.model;
  if (fileFacts(folder) === null) throw failure('model_missing', `The base model is gone: ${folder}`, { hint: 'training model list shows what there is.' });
  const model = await readBaseModel({ id, folder, revision }, hashCacheFolder(context.home), signal);
  if (model.identity.sha256 !== sha256 || model.identity.tokenizerSha256 !== tokenizerSha256) {
    throw failure('model_changed', `The base model ${id} is no longer the one that the run began with.`, { hint: 'A run goes on only with the same weights. Start a new run.' });
  }
  return model;
}

async function requireCheckpoint(run: RunSummary, signal?: AbortSignal): Promise<{ newest: { name: string; step: number }; rejected: CheckpointSearch['rejected'] }> {
  const { newest, rejected } = await findCheckpoint(run.path, signal);
  if (newest !== null) return { newest, rejected };
  const problems = rejected.map((checkpoint) => `${checkpoint.name}: ${checkpoint.problem}`).join('; ');
  throw usageError('no_checkpoint', `Run ${run.id} has no checkpoint to go on from${problems === '' ? '' : ` (${problems})`}.`, {
    hint: 'Start a new run: training start',
    details: { rejected },
  });
}
