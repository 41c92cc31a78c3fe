import path from 'node:path';
import { canonicalJson } from '../../common/canonicalJson.ts';
import { notFound, usageError } from '../../protocol/errors.ts';
import { planEventSchema } from '../../protocol/events.ts';
import type { ConfigLayer, Estimate, TrainingConfig } from '../../protocol/runs.ts';
import type { BaseModel } from '../models/identity.ts';
import { builtInModel, resolveModel } from '../models/resolveModel.ts';
import { sha256Of } from '../platform/fileHash.ts';
import type { Home, Workspace } from '../platform/workspace.ts';
import type { Store } from '../store/db.ts';
import { datasetNames, readTrainingData, trainTokens, type TokenTotals, type TrainingData } from '../store/runDatasets.ts';
import { measuredRuns, type Measured } from '../store/runs.ts';
import { checkAgainstModel, checkData, checkProfile, methodOfData } from './checks.ts';
import { resolveConfiguration, type ConfigRequest } from './configuration.ts';
import { readDeviceMemory, type DeviceMemory } from './deviceMemory.ts';
import { withEnoughSteps } from './enoughSteps.ts';
import { estimateRun, type EarlierRun } from './estimate.ts';
import { readRunFile } from './runFile.ts';

/** What the run services need; `Services` has it all. */
export interface RunContext {
  workspace: Workspace;
  home: Home;
  env: NodeJS.ProcessEnv;
  store: Store;
  /** Relative paths of a command line are relative to it. */
  cwd: string;
}

export interface RunRequest extends ConfigRequest {
  /** Id or name, with `@2` for a version. */
  dataset: string;
  evalDataset: string | null;
}

/** A run as it would be: everything resolved and checked, nothing written. */
export interface PreparedRun {
  config: TrainingConfig;
  sources: Record<string, ConfigLayer>;
  /** Why a default is another than usual, by dotted key. */
  reasons: Record<string, string>;
  configHash: string;
  model: BaseModel;
  profile: string | null;
  campaign: string | null;
  data: TrainingData;
  /** Whose validation split chooses checkpoints; null where there is none. */
  validation: TrainingData | null;
  totals: TokenTotals;
  estimate: Estimate;
}

/** Resolves and checks a request for a run. Throws what a person can act on before any process is started. */
export async function prepareRun(context: RunContext, request: RunRequest, signal?: AbortSignal): Promise<PreparedRun> {
  const data = findData(context, request.dataset);
  const effective = resolveConfiguration(context.workspace, context.env, { ...request, methodOfData: methodOfData(data) }, builtInModel);
  const { method } = effective.config;
  checkData(data, method);
  const validation = request.evalDataset === null ? data : findData(context, request.evalDataset);
  if (request.evalDataset !== null) {
    checkData(validation, method);
    if (validation.validation === 0) {
      throw usageError('validation_split_empty', `Dataset ${validation.name} has no row in its validation split.`, { hint: 'Leave out --eval-dataset, or prepare it with a validation share.' });
    }
  }
  const roots = [context.cwd, context.workspace.root];
  const model = await resolveModel(effective.model, { home: context.home, env: context.env, roots }, signal);
  if (effective.profile !== null) checkProfile(effective.profile, model);
  const bounded = withinContext(effective.config, effective.sources, model);
  checkAgainstModel(bounded, model);
  const totals = trainTokens(path.join(data.path, 'index.db'), longestRow(bounded), bounded.overlong);
  const { config, reasons } = withEnoughSteps(bounded, effective.sources, totals, effective.model === builtInModel);
  return {
    config,
    sources: effective.sources,
    reasons,
    configHash: hashConfig(config, model, data, validation),
    model,
    profile: effective.profile?.name ?? null,
    campaign: effective.campaign,
    data,
    validation: validation.validation === 0 ? null : validation,
    totals,
    estimate: estimateAgain(context, { config, model, tokensPerEpoch: totals.tokens, available: await readDeviceMemory(config.device, context.env) }),
  };
}

/** The estimate by what earlier runs of the base model measured up to now. `available` is null where nobody looks at whether it fits. */
export function estimateAgain(context: RunContext, run: { config: TrainingConfig; model: BaseModel; tokensPerEpoch: number; available: DeviceMemory | null }): Estimate {
  const earlier = measuredRuns(context.store, run.model.identity.sha256).map(toEarlierRun);
  return estimateRun({ ...run, earlier });
}

function findData(context: RunContext, reference: string): TrainingData {
  const match = /^(.*)@v?(\d{1,9})$/.exec(reference);
  const name = match?.[1] ?? reference;
  const version = match?.[2] === undefined ? null : Number(match[2]);
  const data = readTrainingData(context.store, name, version);
  if (data !== null) return { ...data, path: path.resolve(context.workspace.root, data.path) };
  const names = datasetNames(context.store);
  throw notFound('dataset_not_found', `There is no dataset “${name}”${version === null ? '' : ` with version ${version}`}.`, {
    hint: names.length === 0 ? 'Prepare one: training prepare FILE' : `There are: ${names.slice(0, 20).join(', ')}.`,
  });
}

/** A default must not refuse a small model; a length that somebody chose is theirs to correct. */
function withinContext(config: TrainingConfig, sources: Record<string, ConfigLayer>, model: BaseModel): TrainingConfig {
  if (sources['maxLength'] !== 'default' || config.maxLength <= model.identity.contextLength) return config;
  return { ...config, maxLength: model.identity.contextLength };
}

/** Most tokens of a row in the index: of a preference each side may have `maxLength`. */
export function longestRow({ method, maxLength }: TrainingConfig): number {
  return method === 'dpo' ? 2 * maxLength : maxLength;
}

/** SHA-256 over what decides a run's result: configuration, weights, tokenizer, template and data. */
export function hashConfig(config: TrainingConfig, model: BaseModel, data: TrainingData, validation: TrainingData): string {
  const { sha256, tokenizerSha256, templateSha256 } = model.identity;
  return sha256Of(canonicalJson({ config, model: { sha256, tokenizerSha256, templateSha256 }, data: data.sha256, validation: validation.sha256 }));
}

function toEarlierRun(run: Measured): EarlierRun {
  const file = readRunFile(run.path);
  const plan = planEventSchema.safeParse(run.planJson === null ? null : parseJson(run.planJson));
  const estimated = file?.estimatedTokensPerEpoch ?? null;
  return {
    method: file?.config.method ?? null,
    device: run.device,
    tokensPerSecond: run.tokens !== null && run.stepSeconds !== null && run.stepSeconds > 0 ? run.tokens / run.stepSeconds : null,
    overheadSeconds: run.seconds === null || run.stepSeconds === null ? null : Math.max(0, run.seconds - run.stepSeconds),
    lastLayers: file?.config.lora.lastLayers ?? null,
    tokenRatio: plan.success && estimated !== null && estimated > 0 ? plan.data.tokensPerEpoch / estimated : null,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A damaged plan of an old run: it has nothing to say about the next.
    return null;
  }
}
