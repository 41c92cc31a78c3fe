import path from 'node:path';
import type { PlanResult } from '../../protocol/runResults.ts';
import { runIdSchema, type RunId } from '../../protocol/ids.ts';
import { resolveModel } from '../models/resolveModel.ts';
import { processingJobs, queuedJobs, type Job } from '../store/jobs.ts';
import { readTrainingData } from '../store/runDatasets.ts';
import { readRun } from '../store/runs.ts';
import { estimateAgain, type RunContext } from './prepareRun.ts';
import { readRunFile } from './runFile.ts';

type Planned = PlanResult['jobs'][number];

/** What would run, in order: what is running first, with the time that is left of it. Nothing is written. */
export async function planQueue(context: RunContext, isPaused: boolean, signal?: AbortSignal): Promise<PlanResult> {
  const jobs = [...processingJobs(context.store).map((job) => ({ job, position: 0 })), ...queuedJobs(context.store).map((job, index) => ({ job, position: index + 1 }))];
  const planned: Planned[] = [];
  let elapsed: number | null = 0;
  for (const { job, position } of jobs) {
    const entry = await planJob(context, job, position, signal);
    if (entry === null) continue;
    planned.push({ ...entry, startsInSeconds: position === 0 ? 0 : elapsed });
    elapsed = elapsed === null || entry.seconds === null ? null : elapsed + entry.seconds;
  }
  return { paused: isPaused, jobs: planned, seconds: elapsed };
}

async function planJob(context: RunContext, job: Job, position: number, signal?: AbortSignal): Promise<Planned | null> {
  const id = runIdSchema.safeParse(job.runId);
  const run = id.success ? readRun(context.store, id.data) : null;
  if (run === null) return null;
  const data = readTrainingData(context.store, run.dataset, run.datasetVersion);
  const figures = await figuresOf(context, run.id, signal);
  const left = run.etaSeconds ?? figures?.seconds ?? null;
  return {
    position,
    jobId: job.id,
    runId: run.id,
    priority: job.priority,
    state: run.state,
    model: run.model,
    dataset: `${run.dataset}@${run.datasetVersion}`,
    rows: data?.train ?? 0,
    tokens: figures?.tokens ?? null,
    steps: run.totalSteps ?? figures?.steps ?? null,
    seconds: left,
    startsInSeconds: null,
  };
}

/** The estimate anew, as earlier runs may have ended since it was made; null where the model is gone. */
async function figuresOf(context: RunContext, runId: RunId, signal?: AbortSignal): Promise<{ tokens: number; steps: number; seconds: number | null } | null> {
  const file = readRunFile(path.join(context.workspace.runs, runId));
  if (file === null || file.estimatedTokensPerEpoch === null) return null;
  try {
    const model = await resolveModel(file.model.path, { home: context.home, env: context.env, roots: [context.workspace.root] }, signal);
    return estimateAgain(context, { config: file.config, model, tokensPerEpoch: file.estimatedTokensPerEpoch, available: null });
  } catch {
    // A model that was removed makes the run fail when its turn comes; the plan of the others is still worth showing.
    return null;
  }
}
