import { z } from 'zod';
import { jobSummarySchema } from './jobs.ts';
import { jobIdSchema, runIdSchema } from './ids.ts';
import { preferenceSchema } from './preference.ts';
import { configLayerSchema, estimateSchema, runStateSchema, runSummarySchema, trainingConfigSchema } from './runs.ts';

/** Result of `training start`. With `--plan` nothing was written and there is no run. */
export const startResultSchema = z.object({
  runId: runIdSchema.nullable(),
  jobId: jobIdSchema.nullable(),
  state: runStateSchema.nullable().describe('Null with --plan.'),
  path: z.string().nullable(),
  model: z.string(),
  profile: z.string().nullable(),
  campaign: z.string().nullable(),
  dataset: z.object({ id: z.string(), name: z.string(), version: z.int(), train: z.int(), validation: z.int() }),
  estimate: estimateSchema,
  config: trainingConfigSchema,
  configSources: z.record(z.string(), configLayerSchema),
  configReasons: z.record(z.string(), z.string()).describe('Why a default is another than usual, by dotted key.'),
  configHash: z.string(),
  worker: z.object({ pid: z.int(), state: z.string() }).nullable().describe('Who will run it; null with --plan, and where none is ready.'),
  workerProblem: z.string().nullable().describe('Why no worker is ready, with the end of its log. The run is queued none the less.'),
});
export type StartResult = z.infer<typeof startResultSchema>;

const maybe = z.number().nullable();

const seriesPointSchema = z.object({
  step: z.number(),
  t: z.string().describe('When it was measured, ISO 8601 UTC.'),
  min: maybe,
  max: maybe,
  mean: maybe,
});

const seriesSummarySchema = z.object({ first: maybe, last: maybe, min: maybe, max: maybe, mean: maybe, count: z.int() });

/** Result of `training metrics`: each series drawn small with every extremum kept, and its figures over the same range. */
export const metricsResultSchema = z.object({
  runId: runIdSchema,
  series: z.record(z.string(), z.array(seriesPointSchema)),
  summary: z.record(z.string(), seriesSummarySchema),
});
export type MetricsResult = z.infer<typeof metricsResultSchema>;

export const listResultSchema = z.object({
  runs: z.array(runSummarySchema),
  nextCursor: z.string().nullable().describe('Given to --cursor, it shows the next page; null at the end.'),
});
export type ListResult = z.infer<typeof listResultSchema>;

/** Result of `training list`: what preference training did is read for each run. */
export const listedRunsSchema = listResultSchema.extend({ runs: z.array(runSummarySchema.extend({ preference: preferenceSchema })) });

export const logsResultSchema = z.object({ runId: runIdSchema, path: z.string(), lines: z.array(z.string()) });
export type LogsResult = z.infer<typeof logsResultSchema>;

const alertSchema = z.object({ at: z.string(), code: z.string(), severity: z.enum(['error', 'warning']), message: z.string(), step: z.int().nullable() });

/** Result of `training status RUN`; without RUN, `workspaceStatusSchema`. */
export const runStatusSchema = z.object({
  run: runSummarySchema,
  alerts: z.array(alertSchema),
  checkpoints: z.array(z.object({ name: z.string(), step: z.int(), reason: z.string() })),
  preference: preferenceSchema,
  metrics: z.record(z.string(), seriesSummarySchema).optional().describe('With --metrics.'),
  logs: z.array(z.string()).optional().describe('With --logs.'),
});
export type RunStatus = z.infer<typeof runStatusSchema>;

export const workspaceStatusSchema = z.object({
  workspace: z.string(),
  worker: z.object({ state: z.string(), pid: z.int().nullable() }),
  queue: z.object({ queued: z.int(), processing: z.int(), paused: z.boolean(), healthy: z.boolean(), jobs: z.array(jobSummarySchema) }),
  devices: z.array(z.object({ id: z.string(), runId: z.string().nullable() })).describe('Devices in use by this workspace.'),
  runs: z.array(runSummarySchema).describe('Active runs and the newest ended ones.'),
});
export type WorkspaceStatus = z.infer<typeof workspaceStatusSchema>;
export const statusResultSchema = z.union([runStatusSchema, workspaceStatusSchema]);

/** Result of `training plan`: what would run, in order. */
export const planResultSchema = z.object({
  paused: z.boolean(),
  jobs: z.array(
    z.object({
      position: z.int().describe('0 is running.'),
      jobId: jobIdSchema,
      runId: runIdSchema,
      priority: z.string(),
      state: runStateSchema,
      model: z.string(),
      dataset: z.string(),
      rows: z.int(),
      tokens: z.int().nullable(),
      steps: z.int().nullable(),
      seconds: z.number().nullable(),
      startsInSeconds: z.number().nullable().describe('When those before it have ended; null where one of them has no estimate.'),
    }),
  ),
  seconds: z.number().nullable(),
});
export type PlanResult = z.infer<typeof planResultSchema>;
