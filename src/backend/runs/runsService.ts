import path from 'node:path';
import { z } from 'zod';
import { notFound, usageError } from '../../protocol/errors.ts';
import { alertEventSchema, checkpointEventSchema } from '../../protocol/events.ts';
import type { ListResult, LogsResult, MetricsResult, PlanResult, RunStatus, StartResult, WorkspaceStatus } from '../../protocol/runResults.ts';
import type { EnvelopesResult } from '../../protocol/envelopes.ts';
import { runIdSchema } from '../../protocol/ids.ts';
import type { RunDetails } from '../../protocol/runDetails.ts';
import type { QueueResult } from '../../protocol/jobs.ts';
import type { Preference } from '../../protocol/preference.ts';
import type { RunSummary } from '../../protocol/runs.ts';
import { suggest } from '../../common/suggest.ts';
import { ChangeProbe } from '../store/changes.ts';
import { openJobOfRun } from '../store/jobs.ts';
import { metricKeys } from '../store/metrics.ts';
import { listEvents } from '../store/runEvents.ts';
import { hasEnded } from '../store/runState.ts';
import { listRuns, type RunFilter } from '../store/runs.ts';
import { createRun, type CreateOptions } from './createRun.ts';
import { drawEnvelope, readEnvelope, type EnvelopeRequest } from './envelope.ts';
import { packEnvelopes } from './packEnvelopes.ts';
import { findRun } from './findRun.ts';
import { runDetails } from './runDetails.ts';
import { preferenceFigures } from './preferenceFigures.ts';
import { prepareRun, type PreparedRun, type RunContext, type RunRequest } from './prepareRun.ts';
import { planQueue } from './queuePlan.ts';
import { readRunLog, RunLogReader, trainerLog } from './runLog.ts';

interface MetricsQuery extends EnvelopeRequest {
  /** Empty is every metric. */
  keys: readonly string[];
}

/** Runs as the command line and the editor see them. */
export interface Runs {
  /** Resolves and checks; writes nothing. */
  plan: (request: RunRequest, signal?: AbortSignal) => Promise<StartResult>;
  /** Creates the run, queues it, and makes sure that a worker lives. Returns before anything is trained. */
  start: (request: RunRequest, options: CreateOptions, signal?: AbortSignal) => Promise<StartResult>;
  find: (reference: string) => RunSummary;
  list: (filter: Omit<RunFilter, 'after'>, cursor: string | null) => ListResult;
  metrics: (reference: string, query: MetricsQuery) => MetricsResult;
  /** Series packed for drawing; see protocol/envelopes.ts. A metric that the run does not have is left out. */
  envelopes: (reference: string, keys: readonly string[], range: { from: number | null; to: number | null; buckets: number }) => EnvelopesResult;
  /** Loss by step for a sparkline, newest last. */
  lossCurve: (run: RunSummary, points: number) => number[];
  /** Makes the states true: restarts a dead worker where work waits. Commands that show runs call it first. */
  refresh: () => Promise<void>;
  workspaceStatus: () => WorkspaceStatus;
  status: (reference: string, include: { metrics: boolean; logs: boolean }) => RunStatus;
  /** What preference training did to the validation pairs; null for any other run. */
  preference: (run: RunSummary) => Preference;
  details: (reference: string) => RunDetails;
  logs: (reference: string, tail: number) => LogsResult;
  /** The last lines and then each new one, until the run has ended and its log is read. */
  followLog: (reference: string, tail: number, signal: AbortSignal) => AsyncGenerator<string>;
  planQueue: (signal?: AbortSignal) => Promise<PlanResult>;
  /** The run at each change, the present state first; ends with the run, or when the signal is aborted. */
  follow: (reference: string, signal: AbortSignal) => AsyncGenerator<RunSummary>;
}

/** The queue's side, which this domain does not import: floors of the architecture. */
export interface QueueSide {
  /** The run is queued by then: a worker that does not come is a problem to tell, not a failure. */
  readyWorker: () => Promise<{ worker: StartResult['worker']; problem: string | null }>;
  reconcile: () => Promise<void>;
  workerPid: () => number | null;
  queue: () => QueueResult;
}

const pollMs = 150;
const lookAgainMs = 5000;
const shownLogLines = 20;
const cursorSchema = z.object({ created: z.iso.datetime(), id: runIdSchema });

export function makeRuns(context: RunContext, queue: QueueSide): Runs {
  return {
    plan: async (request, signal) => describe(await prepareRun(context, request, signal), null),
    start: async (request, options, signal) => {
      const prepared = await prepareRun(context, request, signal);
      const created = await createRun(context, prepared, options);
      const { worker, problem } = await queue.readyWorker();
      return { ...describe(prepared, { ...created, path: path.join(context.workspace.runs, created.runId) }), worker, workerProblem: problem };
    },
    refresh: async () => queue.reconcile(),
    workspaceStatus: () => workspaceStatus(context, queue),
    find: (reference) => findRun(context.store, reference),
    list: (filter, cursor) => list(context, filter, cursor),
    metrics: (reference, query) => metrics(context, findRun(context.store, reference), query),
    envelopes: (reference, keys, range) => packEnvelopes(context.store.db, findRun(context.store, reference).id, keys, range),
    lossCurve: (run, points) =>
      drawEnvelope(context.store.db, run.id, 'loss', { from: null, to: null, buckets: points }).points.flatMap((point) => (point.mean === null ? [] : [point.mean])),
    status: (reference, include) => status(context, findRun(context.store, reference), include),
    preference: (run) => preferenceOf(context, run),
    details: (reference) => runDetails(context.store, findRun(context.store, reference)),
    logs: (reference, tail) => {
      const run = findRun(context.store, reference);
      return { runId: run.id, path: trainerLog(run), lines: readRunLog(context.store, run, tail) };
    },
    followLog: (reference, tail, signal) => followLog(context, findRun(context.store, reference), { tail, lookAgain: lookNowAndThen(context, queue), signal }),
    planQueue: (signal) => planQueue(context, queue.queue().paused, signal),
    follow: (reference, signal) => follow(context, reference, lookNowAndThen(context, queue), signal),
  };
}

function describe(prepared: PreparedRun, created: { runId: StartResult['runId']; jobId: StartResult['jobId']; path: string } | null): StartResult {
  const { data, validation } = prepared;
  return {
    runId: created?.runId ?? null,
    jobId: created?.jobId ?? null,
    state: created === null ? null : 'queued',
    path: created?.path ?? null,
    model: prepared.model.identity.id,
    profile: prepared.profile,
    campaign: prepared.campaign,
    dataset: { id: data.id, name: data.name, version: data.version, train: data.train, validation: validation?.validation ?? 0 },
    estimate: prepared.estimate,
    config: prepared.config,
    configSources: prepared.sources,
    configReasons: prepared.reasons,
    configHash: prepared.configHash,
    worker: null,
    workerProblem: null,
  };
}

function workspaceStatus(context: RunContext, side: QueueSide): WorkspaceStatus {
  const pid = side.workerPid();
  const { jobs, paused, healthy } = side.queue();
  const everything = { agent: null, dataset: null, model: null, since: null, after: null };
  const active = listRuns(context.store, { ...everything, states: ['starting', 'running', 'stopping', 'queued'], limit: 50 });
  const ended = listRuns(context.store, { ...everything, states: ['completed', 'cancelled', 'failed', 'interrupted'], limit: 5 });
  return {
    workspace: context.workspace.root,
    worker: { state: pid === null ? 'idle' : 'running', pid },
    queue: {
      queued: jobs.filter((job) => job.status === 'queued').length,
      processing: jobs.filter((job) => job.status === 'processing').length,
      paused,
      healthy,
      jobs,
    },
    devices: active.flatMap((run) => (run.device === null || run.state === 'queued' ? [] : [{ id: run.device, runId: run.id }])),
    runs: [...active, ...ended],
  };
}

function list(context: RunContext, filter: Omit<RunFilter, 'after'>, cursor: string | null): ListResult {
  // One more than the page tells whether there is a next one.
  const runs = listRuns(context.store, { ...filter, limit: filter.limit + 1, after: cursor === null ? null : parseCursor(cursor) });
  const page = runs.slice(0, filter.limit);
  const last = page.at(-1);
  const hasMore = runs.length > page.length && last !== undefined;
  return { runs: page, nextCursor: hasMore ? Buffer.from(JSON.stringify({ created: last.created, id: last.id })).toString('base64url') : null };
}

function parseCursor(cursor: string): { created: string; id: string } {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (error) {
    throw usageError('invalid_cursor', 'The cursor is not one that training list gave.', { cause: error });
  }
}

function metrics(context: RunContext, run: RunSummary, query: MetricsQuery): MetricsResult {
  const known = metricKeys(context.store.db, run.id);
  for (const key of query.keys) {
    if (known.includes(key)) continue;
    const near = suggest(key, known);
    const hint = near !== null ? `Did you mean “${near}”?` : known.length === 0 ? 'The run has no metrics yet.' : `It has: ${known.join(', ')}.`;
    throw notFound('metric_not_found', `Run ${run.id} has no metric “${key}”.`, { hint });
  }
  const result: MetricsResult = { runId: run.id, series: {}, summary: {} };
  for (const key of query.keys.length === 0 ? known : query.keys) {
    const envelope = readEnvelope(context.store.db, run.id, key, query);
    result.series[key] = envelope.points.map((point) => ({ ...point, t: new Date(point.t * 1000).toISOString() }));
    result.summary[key] = envelope.summary;
  }
  return result;
}

function status(context: RunContext, run: RunSummary, include: { metrics: boolean; logs: boolean }): RunStatus {
  const events = listEvents(context.store, run.id, ['alert', 'checkpoint']).map((event): unknown => JSON.parse(event.eventJson));
  const result: RunStatus = { run, alerts: [], checkpoints: [], preference: preferenceOf(context, run) };
  for (const event of events) {
    const alert = alertEventSchema.safeParse(event);
    if (alert.success) {
      const { code, severity, message, step, t } = alert.data;
      result.alerts.push({ at: new Date(t * 1000).toISOString(), code, severity, message, step });
    }
    const checkpoint = checkpointEventSchema.safeParse(event);
    if (checkpoint.success) result.checkpoints.push({ name: checkpoint.data.name, step: checkpoint.data.step, reason: checkpoint.data.reason });
  }
  if (include.metrics) result.metrics = metrics(context, run, { keys: [], from: null, to: null, buckets: 1, every: null }).summary;
  if (include.logs) result.logs = readRunLog(context.store, run, shownLogLines);
  return result;
}

function preferenceOf({ store }: RunContext, { id, method }: RunSummary): Preference {
  return method === 'dpo' ? preferenceFigures(store, id) : null;
}

/** Whoever follows a run also notices that its worker died: nobody else may look at it. */
function lookNowAndThen(context: RunContext, queue: QueueSide): () => Promise<void> {
  const { clock } = context.store;
  let lookedAtMs = clock.monotonicMs();
  return async () => {
    if (clock.monotonicMs() - lookedAtMs < lookAgainMs) return;
    await queue.reconcile();
    lookedAtMs = clock.monotonicMs();
  };
}

async function* follow(context: RunContext, reference: string, lookAgain: () => Promise<void>, signal: AbortSignal): AsyncGenerator<RunSummary> {
  const probe = new ChangeProbe(context.store);
  let shown = findRun(context.store, reference);
  yield shown;
  while (!signal.aborted && !isOver(context, shown)) {
    await context.store.clock.sleep(pollMs, signal);
    await lookAgain();
    if (!probe.hasChanged()) continue;
    const now = findRun(context.store, shown.id);
    if (isSame(now, shown)) continue;
    shown = now;
    yield shown;
  }
}

async function* followLog(context: RunContext, run: RunSummary, { tail, lookAgain, signal }: { tail: number; lookAgain: () => Promise<void>; signal: AbortSignal }): AsyncGenerator<string> {
  const reader = new RunLogReader(context.store, run);
  yield* readRunLog(context.store, run, tail);
  for (let isLast = false; !signal.aborted && !isLast; ) {
    // Asked before the log is read: what the run wrote last is then in it.
    isLast = isOver(context, findRun(context.store, run.id));
    yield* reader.next();
    if (isLast) continue;
    await context.store.clock.sleep(pollMs, signal);
    await lookAgain();
  }
}

/** A run that ended may be queued again for a further attempt: it is over when no job stands for it. */
function isOver(context: RunContext, run: RunSummary): boolean {
  return hasEnded(run.state) && openJobOfRun(context.store, run.id) === null;
}

/** Durations go on by themselves; nothing else moved. */
function isSame(left: RunSummary, right: RunSummary): boolean {
  const still = { seconds: null, etaSeconds: null };
  return JSON.stringify({ ...left, ...still }) === JSON.stringify({ ...right, ...still });
}
