import { z } from 'zod';
import { adapterListResultSchema, adapterRemoveResultSchema, adapterShowResultSchema, adapterTestResultSchema } from './adapters.ts';
import { askResultSchema } from './inference.ts';
import { graderNameSchema, prepareResultSchema, splitSchema } from './datasets.ts';
import { datasetRemoveResultSchema, datasetShowResultSchema, datasetsResultSchema } from './datasetResults.ts';
import { facetsParamsSchema, facetsResultSchema, nearPairsParamsSchema, nearPairsResultSchema, reportParamsSchema, reportResultSchema, rowPageParamsSchema, rowPageResultSchema } from './datasetPages.ts';
import { envelopesParamsSchema, envelopesResultSchema } from './envelopes.ts';
import { inspectResultSchema } from './inspect.ts';
import { jobResultSchema, resumeResultSchema, stopResultSchema, workerResultSchema } from './jobResults.ts';
import { jobPrioritySchema, queueResultSchema } from './jobs.ts';
import { modelListResultSchema } from './models.ts';
import { restorePlanSchema, restoreResultSchema } from './restore.ts';
import { chatModelListResultSchema, detectResultSchema, environmentNameSchema, providerListResultSchema, providerModelsResultSchema, providerRemoveResultSchema, providerResultSchema, providerTestResultSchema } from './providers.ts';
import { runDetailsSchema } from './runDetails.ts';
import { prepareRequestSchema, runQuerySchema, startRequestSchema } from './requests.ts';
import { listResultSchema, logsResultSchema, metricsResultSchema, planResultSchema, runStatusSchema, startResultSchema, workspaceStatusSchema } from './runResults.ts';
import { lineageLabelSchema, sessionDocumentSchema } from './camp.ts';
import { addInputParamsSchema, agentParamsSchema, chatParamsSchema, configureParamsSchema, confirmParamsSchema, directParamsSchema, exportParamsSchema, feedbackParamsSchema, importSessionParamsSchema, lineageParamsSchema, lockParamsSchema, promoteParamsSchema, proposeParamsSchema, regenerateParamsSchema, renameParamsSchema, retryParamsSchema, saveAgentParamsSchema, scoreParamsSchema, sessionListParamsSchema, sessionParamsSchema, sessionWorkParamsSchema, setStrategiesParamsSchema, suggestInputsParamsSchema, takeSuggestionParamsSchema, toDatasetParamsSchema, toRunParamsSchema } from './sessionRequests.ts';
import { agentResultSchema, chatResultSchema, deleteSessionResultSchema, exportFileResultSchema, historyResultSchema, importSessionResultSchema, newSessionSchema, scoreResultSchema, sessionListResultSchema, sessionReportSchema, sessionStateSchema, sessionWorkResultSchema, suggestInputsResultSchema, toDatasetResultSchema, toRunResultSchema } from './sessionResults.ts';
import { cancelWorkResultSchema, sessionWorkSchema } from './sessionWork.ts';
import { doctorResultSchema, scaffoldResultSchema, setupFactsSchema } from './setup.ts';

/**
 * The one table of what the backend answers. `Handlers` (backend/server) is a mapped type over it, so that a method
 * without a handler does not compile; params are parsed on arrival, and every request can be cancelled and ends in a
 * result or an error document (errors.ts).
 */

/** Who may call a method. A webview reaches the backend only through its panel's relay, which reads this list. */
export type Caller = 'extension' | 'runPanel' | 'datasetPanel' | 'dashboard' | 'campPanel';

export interface Method<Params extends z.ZodType, Result extends z.ZodType> {
  params: Params;
  result: Result;
  callers: readonly Caller[];
  /** It reports how far it is: `progressToken` travels beside the params. */
  hasProgress: boolean;
  /** Work that goes on when the panel that began it is closed; `sessions/work` tells of it, `sessions/cancel` ends it. */
  outlivesPanel: boolean;
}

type Options = { callers?: readonly Caller[]; hasProgress?: boolean; outlivesPanel?: boolean };

function method<Params extends z.ZodType, Result extends z.ZodType>(params: Params, result: Result, options: Options = {}): Method<Params, Result> {
  return { params, result, callers: ['extension', ...(options.callers ?? [])], hasProgress: options.hasProgress ?? false, outlivesPanel: options.outlivesPanel ?? false };
}

const nothing = z.object({});
const run = z.string().min(1).max(200).describe('A run’s id, the beginning of it, or latest.');
const job = z.string().min(1).max(200);
const dataset = z.string().min(1).max(200).describe('Id or name.');
const adapter = z.string().min(1).max(200).describe('Id, name, name@version or run.');
const everyPanel = ['runPanel', 'datasetPanel', 'dashboard', 'campPanel'] as const;
const campPanel = { callers: ['campPanel'] } as const;
const campWork = { callers: ['campPanel'], hasProgress: true, outlivesPanel: true } as const;
const campTraining = { callers: ['campPanel'], hasProgress: true } as const;
const provider = z.string().min(1).max(100);

export const methods = {
  'workspace/status': method(nothing, workspaceStatusSchema, { callers: ['dashboard', 'runPanel'] }),
  'workspace/scaffold': method(nothing, scaffoldResultSchema),
  'workspace/planRestore': method(nothing, restorePlanSchema),
  'workspace/restoreBackup': method(nothing, restoreResultSchema),

  'runs/list': method(runQuerySchema, listResultSchema, { callers: ['dashboard', 'runPanel'] }),
  'runs/status': method(z.object({ run, metrics: z.boolean().default(false), logs: z.boolean().default(false) }), runStatusSchema, { callers: ['dashboard', 'runPanel'] }),
  'runs/details': method(z.object({ run }), runDetailsSchema, { callers: ['runPanel'] }),
  'runs/plan': method(startRequestSchema, startResultSchema),
  'runs/start': method(startRequestSchema, startResultSchema),
  'runs/stop': method(z.object({ run, discard: z.boolean().default(false) }), stopResultSchema, { callers: ['runPanel', 'dashboard'] }),
  'runs/resume': method(z.object({ run, extendEpochs: z.number().positive().max(1000).nullable().default(null) }), resumeResultSchema, { callers: ['runPanel', 'dashboard'] }),
  'runs/logs': method(z.object({ run, tail: z.int().min(0).max(10_000).default(200) }), logsResultSchema, { callers: ['runPanel'] }),
  'runs/metrics': method(z.object({ run, keys: z.array(z.string().max(200)).max(100).default([]), points: z.int().min(1).max(5000).default(500) }), metricsResultSchema, { callers: ['runPanel', 'dashboard'] }),
  'runs/envelopes': method(envelopesParamsSchema, envelopesResultSchema, { callers: ['runPanel', 'dashboard'] }),

  'queue/list': method(z.object({ includeEnded: z.boolean().default(false) }), queueResultSchema, { callers: ['dashboard'] }),
  'queue/plan': method(nothing, planResultSchema, { callers: ['dashboard'] }),
  'queue/move': method(z.object({ job, to: z.int().min(1) }), jobResultSchema),
  'queue/prioritize': method(z.object({ job, priority: jobPrioritySchema }), jobResultSchema),
  'queue/cancel': method(z.object({ job }), jobResultSchema),
  'queue/pause': method(nothing, queueResultSchema, { callers: ['dashboard'] }),
  'queue/resume': method(nothing, queueResultSchema, { callers: ['dashboard'] }),
  'worker/start': method(nothing, workerResultSchema),

  'datasets/list': method(nothing, datasetsResultSchema, { callers: ['dashboard', 'datasetPanel'] }),
  'datasets/prepare': method(prepareRequestSchema, prepareResultSchema, { hasProgress: true }),
  'datasets/rows': method(
    z.object({ dataset, version: z.int().positive().nullable().default(null), where: z.string().max(2000).default(''), first: z.int().positive(), last: z.int().positive() })
      .refine(({ first, last }) => last >= first && last - first < 500, 'at most 500 rows at once'),
    datasetShowResultSchema,
    { callers: ['datasetPanel'] },
  ),
  'datasets/inspect': method(
    z.object({ dataset, version: z.int().positive().nullable().default(null), first: z.int().positive(), last: z.int().positive(), model: z.string().min(1).max(500).nullable().default(null), maxLength: z.int().min(16).max(1_048_576).nullable().default(null) })
      .refine(({ first, last }) => last >= first && last - first < 100, 'at most 100 rows at once'),
    inspectResultSchema,
    { callers: ['datasetPanel'] },
  ),
  'datasets/page': method(rowPageParamsSchema, rowPageResultSchema, { callers: ['datasetPanel'], hasProgress: true }),
  'datasets/facets': method(facetsParamsSchema, facetsResultSchema, { callers: ['datasetPanel'] }),
  'datasets/report': method(reportParamsSchema, reportResultSchema, { callers: ['datasetPanel'] }),
  'datasets/nearPairs': method(nearPairsParamsSchema, nearPairsResultSchema, { callers: ['datasetPanel'], hasProgress: true }),
  'datasets/remove': method(z.object({ dataset, isForced: z.boolean().default(false) }), datasetRemoveResultSchema),

  'adapters/list': method(nothing, adapterListResultSchema, { callers: ['dashboard', 'runPanel'] }),
  'adapters/show': method(z.object({ adapter }), adapterShowResultSchema, { callers: ['dashboard', 'runPanel'] }),
  'adapters/test': method(
    z.object({ adapter, dataset: dataset.nullable().default(null), split: splitSchema.default('test'), samples: z.int().min(1).max(10_000).nullable().default(null), grader: graderNameSchema.nullable().default(null) }),
    adapterTestResultSchema,
    { hasProgress: true },
  ),
  'adapters/remove': method(z.object({ adapter }), adapterRemoveResultSchema),

  'models/list': method(nothing, modelListResultSchema, { callers: ['datasetPanel'] }),

  'sessions/list': method(sessionListParamsSchema, sessionListResultSchema, campPanel),
  'sessions/show': method(sessionParamsSchema, sessionDocumentSchema, campPanel),
  'sessions/create': method(newSessionSchema, sessionStateSchema, campPanel),
  'sessions/addInput': method(addInputParamsSchema, sessionStateSchema, campPanel),
  'sessions/suggestInputs': method(suggestInputsParamsSchema, suggestInputsResultSchema, campWork),
  'sessions/propose': method(proposeParamsSchema, sessionStateSchema, campWork),
  'sessions/setStrategies': method(setStrategiesParamsSchema, sessionStateSchema, campPanel),
  'sessions/confirm': method(confirmParamsSchema, sessionWorkResultSchema, campWork),
  'sessions/regenerate': method(regenerateParamsSchema, sessionWorkResultSchema, campWork),
  'sessions/retry': method(retryParamsSchema, sessionWorkResultSchema, campWork),
  'sessions/feedback': method(feedbackParamsSchema, sessionWorkResultSchema, campWork),
  'sessions/promote': method(promoteParamsSchema, sessionWorkResultSchema, campWork),
  'sessions/judge': method(sessionParamsSchema, sessionStateSchema, campWork),
  'sessions/chat': method(chatParamsSchema, chatResultSchema, campWork),
  'sessions/takeSuggestion': method(takeSuggestionParamsSchema, sessionStateSchema, campPanel),
  'sessions/work': method(sessionWorkParamsSchema, sessionWorkSchema, campPanel),
  'sessions/cancel': method(sessionParamsSchema, cancelWorkResultSchema, campPanel),
  'sessions/report': method(sessionParamsSchema, sessionReportSchema, campPanel),
  'sessions/score': method(scoreParamsSchema, scoreResultSchema, campPanel),
  'sessions/lock': method(lockParamsSchema, sessionStateSchema, campPanel),
  'sessions/direct': method(directParamsSchema, sessionStateSchema, campPanel),
  'sessions/rename': method(renameParamsSchema, sessionStateSchema, campPanel),
  'sessions/configure': method(configureParamsSchema, sessionStateSchema, campPanel),
  'sessions/history': method(lineageParamsSchema, historyResultSchema, campPanel),
  'sessions/agent': method(agentParamsSchema, agentResultSchema, campPanel),
  'sessions/saveAgent': method(saveAgentParamsSchema, agentResultSchema, campPanel),
  'sessions/export': method(exportParamsSchema, exportFileResultSchema, campPanel),
  'sessions/toDataset': method(toDatasetParamsSchema, toDatasetResultSchema, campTraining),
  'sessions/toRun': method(toRunParamsSchema, toRunResultSchema, campTraining),
  'sessions/import': method(importSessionParamsSchema, importSessionResultSchema),
  'sessions/delete': method(sessionParamsSchema, deleteSessionResultSchema),
  'providers/list': method(nothing, providerListResultSchema, campPanel),
  /** Models to choose from for a session; asks only the providers that were added whether they answer. */
  'providers/chatModels': method(nothing, chatModelListResultSchema, campPanel),
  'providers/detect': method(nothing, detectResultSchema, campPanel),
  'providers/models': method(z.object({ name: provider }), providerModelsResultSchema),
  'providers/test': method(z.object({ name: provider, model: z.string().min(1).max(300).nullable().default(null) }), providerTestResultSchema, campPanel),
  'providers/add': method(
    z.object({ name: provider, url: z.string().min(1).max(2000).nullable().default(null), model: z.string().min(1).max(300).nullable().default(null), keyEnv: environmentNameSchema.nullable().default(null), isDefault: z.boolean().default(false) }),
    providerResultSchema,
  ),
  'providers/remove': method(z.object({ name: provider }), providerRemoveResultSchema),
  /** All keys that the editor's secret storage holds, by origin. The backend keeps them in memory alone. */
  'secrets/provide': method(z.object({ keys: z.array(z.object({ origin: z.string().max(2000), key: z.string().min(1).max(2000) })).max(100) }), nothing),

  'agents/read': method(z.object({ file: z.string().min(1).max(5000) }), z.object({ name: z.string(), model: z.string(), adapter: z.string().nullable(), system: z.string(), maxTokens: z.int().nullable() })),

  'setup/facts': method(nothing, setupFactsSchema, { callers: everyPanel }),
  'setup/run': method(nothing, setupFactsSchema, { hasProgress: true }),
  'setup/examine': method(nothing, doctorResultSchema, { callers: ['dashboard'] }),

  'ask': method(
    z.object({ prompt: z.string().min(1).max(100_000), system: z.string().max(100_000).nullable().default(null), model: z.string().max(500).nullable().default(null), adapter: adapter.nullable().default(null), maxTokens: z.int().min(1).max(100_000).default(512) }),
    askResultSchema,
    { hasProgress: true },
  ),
} as const;

export type Methods = typeof methods;
export type MethodName = keyof Methods;
/** Params as a caller writes them, defaults left out. */
export type ParamsInput<Name extends MethodName> = z.input<Methods[Name]['params']>;
/** Params as a handler gets them. */
export type Params<Name extends MethodName> = z.output<Methods[Name]['params']>;
export type Result<Name extends MethodName> = z.output<Methods[Name]['result']>;

export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}

/** What a failed request answers as its data; most errors have no details, and the key is absent then. */
export const errorDocumentSchema = z.object({ code: z.string(), message: z.string(), hint: z.string().optional(), details: z.unknown().optional() });

/** A piece of an agent’s answer as it comes. `isFirst`: what came before it for this lineage and input is over. */
const pieceSchema = z.object({ lineage: lineageLabelSchema, input: z.int().positive(), text: z.string(), isFirst: z.boolean() });

/** How far a method with `hasProgress` is. `share` is 0 to 1 and null where it can't be told; `text` is what `ask` streams. */
export const progressSchema = z.object({ message: z.string(), share: z.number().min(0).max(1).nullable(), text: z.string().optional(), piece: pieceSchema.optional() });
export type Progress = z.infer<typeof progressSchema>;

/** What changed in the workspace's store, oldest first. `seq` rises; a reader that missed some reads everything anew. */
export const changedSchema = z.object({ seq: z.int(), changes: z.array(z.object({ topic: z.string(), id: z.string().nullable() })) });
export type Changed = z.infer<typeof changedSchema>;

/** What the backend says unasked. `storeFailed` is null again when the store opens. */
export const notifications = {
  changed: changedSchema,
  notice: z.object({ text: z.string() }),
  storeFailed: z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).nullable() }),
} as const;
export type NotificationName = keyof typeof notifications;
export type NotificationParams<Name extends NotificationName> = z.output<(typeof notifications)[Name]>;

/** On the wire our names stand behind a prefix, apart from the language server protocol's own. */
export const wirePrefix = 'training/';
