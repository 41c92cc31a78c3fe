import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readStanding } from '../../src/backend/store/runState.ts';
import { trainerEventSchema, type TrainerEvent } from '../../src/protocol/events.ts';
import { jobSummarySchema } from '../../src/protocol/jobs.ts';
import type { Camp } from './camp.ts';
import { until } from './until.ts';

export interface KillPlan {
  kills: number;
  /** From 0 to 1, seeded: the same moments, as far as processes have any. */
  random: () => number;
  /** Steps of each run. */
  steps: number;
}

export interface KillCounts {
  kills: number;
  runs: number;
  /** From a kill until a next worker had taken over, its command's own start included. For reading, never asserted. */
  slowestTakeOverMs: number;
}

const longestMomentMs = 2500;

/** Keeps a run going and kills the worker at random moments; the next command starts the next one. */
export async function killWorkers(camp: Camp, plan: KillPlan): Promise<{ counts: KillCounts; runIds: string[] }> {
  const runIds: string[] = [];
  let kills = 0;
  let slowestTakeOverMs = 0;
  while (kills < plan.kills) {
    if (camp.openJobs() < 2) runIds.push((await camp.start(plan.steps)).runId);
    const pid = await livingWorker(camp);
    await randomMoment(plan.random);
    if (!kill(pid)) continue;
    kills += 1;
    const since = performance.now();
    await camp.ok(['queue']);
    slowestTakeOverMs = Math.max(slowestTakeOverMs, performance.now() - since);
  }
  return { counts: { kills, runs: runIds.length, slowestTakeOverMs: Math.round(slowestTakeOverMs) }, runIds };
}

/** Kills trainers at random moments of their lives, never so often that a job runs out of tries. */
export async function killTrainers(camp: Camp, plan: KillPlan): Promise<{ counts: Omit<KillCounts, 'slowestTakeOverMs'>; runIds: string[] }> {
  const runIds: string[] = [];
  const killedOf = new Map<string, number>();
  let kills = 0;
  while (kills < plan.kills) {
    if (camp.openJobs() < 1) runIds.push((await camp.start(plan.steps)).runId);
    const target = await until('a trainer runs that may be killed, or none is left', async () => {
      await camp.ok(['queue']);
      if (camp.openJobs() === 0) return 'none';
      const runId = runIds.find((id) => camp.trainerPid(id) !== null && (killedOf.get(id) ?? 0) < 3);
      return runId ?? (runIds.every((id) => (killedOf.get(id) ?? 0) >= 3) ? 'none' : null);
    }, 180_000);
    if (target === 'none') {
      await allOver(camp);
      continue;
    }
    const pid = camp.trainerPid(target);
    await momentOfTraining(camp, target, plan);
    if (pid === null || camp.trainerPid(target) !== pid || !kill(pid)) continue;
    kills += 1;
    killedOf.set(target, (killedOf.get(target) ?? 0) + 1);
    await until('the kill was noticed', () => camp.trainerPid(target) !== pid, 60_000);
  }
  return { counts: { kills, runs: runIds.length }, runIds };
}

/** Waits until no job is left; a command now and then starts a worker where the last one was killed. */
export async function allOver(camp: Camp): Promise<void> {
  await until('every job is over', async () => {
    await camp.ok(['queue']);
    return camp.openJobs() === 0;
  }, 600_000);
}

export interface Audit {
  runs: number;
  completed: number;
  /** Steps that the files of the runs hold, by attempt. */
  stepsInFiles: number;
  stepsInStore: number;
  /** Points that a reader sees: each step of each run once. */
  stepsVisible: number;
  expectedVisible: number;
  /** Events that a file holds twice, or attempts that wrote at the same time. */
  doubled: number;
  attempts: number;
}

/** Compares what the runs' own files say with what the store holds. */
export async function audit(camp: Camp, runIds: string[], steps: number): Promise<Audit> {
  const result: Audit = { runs: runIds.length, completed: 0, stepsInFiles: 0, stepsInStore: 0, stepsVisible: 0, expectedVisible: runIds.length * steps, doubled: 0, attempts: 0 };
  for (const runId of runIds) {
    const { state } = await camp.run(runId);
    if (state === 'completed') result.completed += 1;
    const events = readEvents(path.join(camp.workspace.runs, runId, 'events.jsonl'));
    result.doubled += countDoubled(events);
    result.attempts += new Set(events.map((event) => event.attempt)).size;
    result.stepsInFiles += events.filter((event) => event.kind === 'step').length;
    result.stepsInStore += camp.storedPoints(runId, 'loss');
    const metrics = z.looseObject({ summary: z.record(z.string(), z.looseObject({ count: z.int() })) }).parse(await camp.ok(['metrics', runId, '--key', 'loss']));
    result.stepsVisible += metrics.summary['loss']?.count ?? 0;
  }
  return result;
}

/** Jobs as the queue shows them, ended ones too. */
export async function jobsOf(camp: Camp): Promise<z.infer<typeof jobSummarySchema>[]> {
  return z.looseObject({ jobs: z.array(jobSummarySchema) }).parse(await camp.ok(['queue', '--all'])).jobs;
}

/** A moment within the next seconds that the seed decides. */
export async function randomMoment(random: () => number): Promise<void> {
  const at = performance.now() + random() * longestMomentMs;
  await until('the moment has come', () => performance.now() >= at, longestMomentMs * 4);
}

// One in four while it starts; the others at a step that the seed decides, so that checkpoints and steps after them are hit.
async function momentOfTraining(camp: Camp, runId: string, plan: KillPlan): Promise<void> {
  const share = plan.random();
  if (share < 0.25) {
    await randomMoment(plan.random);
    return;
  }
  const step = Math.floor(((share - 0.25) / 0.75) * plan.steps);
  await until(`step ${step}, or the end`, () => (readStanding(camp.store, runId)?.step ?? 0) >= step || camp.trainerPid(runId) === null, 180_000);
}

/** SIGKILL; false when it was gone already. */
export function kill(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

async function livingWorker(camp: Camp): Promise<number> {
  return await until('a worker lives', async () => {
    await camp.ok(['queue']);
    const pid = camp.workerPid();
    return pid !== null && camp.workers().includes(pid) ? pid : null;
  });
}

function readEvents(file: string): TrainerEvent[] {
  return readFileSync(file, 'utf8').split('\n').flatMap((line) => {
    // A killed trainer may leave half a line.
    const parsed = trainerEventSchema.safeParse(line === '' ? null : tryJson(line));
    return parsed.success ? [parsed.data] : [];
  });
}

function countDoubled(events: TrainerEvent[]): number {
  const seen = new Set<string>();
  const ended = new Set<string>();
  let current = '';
  let doubled = 0;
  for (const event of events) {
    const key = `${event.attempt}:${event.seq}`;
    if (seen.has(key)) doubled += 1;
    seen.add(key);
    if (event.attempt === current) continue;
    if (ended.has(event.attempt)) doubled += 1;
    ended.add(current);
    current = event.attempt;
  }
  return doubled;
}

function tryJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
