import path from 'node:path';
import { z } from 'zod';
import type { AdapterImportResult, AdapterProvenance, AdapterSummary } from '../../protocol/adapters.ts';
import { failure, usageError } from '../../protocol/errors.ts';
import { runIdSchema } from '../../protocol/ids.ts';
import type { RunSummary } from '../../protocol/runs.ts';
import { resolveModel, type ModelSearch } from '../models/resolveModel.ts';
import type { BaseModel } from '../models/identity.ts';
import { readAdapterFolder, type AdapterFolder } from './adapterFolder.ts';
import { withGguf, type GgufExport } from './exportGguf.ts';
import { readRun } from '../store/runs.ts';
import { copyAdapter, registerRunAdapter, storeAdapter, type AdapterPlace } from './register.ts';

export interface ImportAdapterInput {
  folder: string;
  /** Base model; null takes the one that the adapter names. */
  model: string | null;
  name: string | null;
  agent: string | null;
}

const text = z.string().nullish().catch(null);
/** What we use of an adapter's training.json. Another program may have written it, so nothing is required. */
const trainingSchema = z.looseObject({
  baseModel: z.looseObject({ id: text, sha256: text }).nullish().catch(null),
  method: text,
  configHash: text,
  gitCommit: text,
});

/**
 * The run of this workspace that a person means by its id or by its `adapter` folder: such an adapter is registered as
 * the run's, with all that is known of it. Null for a folder from elsewhere.
 */
export function runOfFolder(place: AdapterPlace, folder: string): RunSummary | null {
  const within = path.relative(place.workspace.runs, path.resolve(folder)).split(path.sep);
  const named = within.length === 2 && within[1] === 'adapter' ? within[0] : folder;
  const id = runIdSchema.safeParse(named);
  return id.success ? readRun(place.store, id.data) : null;
}

/** Registers the adapter of a completed run whose registration failed; the one that it has where it did not. */
export async function importFromRun(place: AdapterPlace, run: RunSummary, input: ImportAdapterInput, signal: AbortSignal): Promise<AdapterSummary> {
  if (run.state !== 'completed') {
    throw failure('run_not_completed', `Run ${run.id} is ${run.state}: it has no adapter yet.`, { hint: `training status ${run.id}` });
  }
  if (input.model !== null || input.name !== null) {
    throw usageError('usage', '--model and --name are for adapters from elsewhere: a run knows both.', { hint: `training adapter import ${run.id}` });
  }
  return await registerRunAdapter(place, run.id, { agent: input.agent ?? run.agent, signal });
}

interface ImportDependencies {
  place: AdapterPlace;
  search: ModelSearch;
  /** The trainer's Python; asked only where a GGUF twin is to be made. */
  python: GgufExport['python'];
}

/**
 * Takes an adapter made elsewhere into the workspace, after checking its files and that it fits its base model. An
 * adapter without a GGUF twin gets one, so that the inference host can use it, or the answer says why not.
 */
export async function importAdapter({ place, search, python }: ImportDependencies, input: ImportAdapterInput, signal: AbortSignal): Promise<AdapterImportResult> {
  const folder = path.resolve(input.folder);
  const source = await readAdapterFolder(folder, signal);
  const training = trainingSchema.safeParse(source.training).data ?? null;
  const named = input.model ?? training?.baseModel?.id ?? source.config.base_model_name_or_path ?? null;
  if (named === null) {
    throw usageError('adapter_base_unknown', `The adapter in ${folder} does not name its base model.`, { hint: 'Add --model.' });
  }
  const base = await resolveModel(named, search, signal);
  checkFits(source, base);
  const trainedOn = training?.baseModel?.sha256 ?? null;
  if (trainedOn !== null && trainedOn !== base.identity.sha256) {
    throw usageError('adapter_other_base', `The adapter was trained on other weights than those of “${base.identity.id}” here.`, {
      hint: 'Name the right base with --model.',
      details: { trainedOn, here: base.identity.sha256 },
    });
  }
  const store = async (gguf: string | null): Promise<AdapterSummary> => {
    const copied = await copyAdapter(place, source, gguf === null ? [] : [gguf], signal);
    return storeAdapter(place, {
      id: copied.id,
      name: input.name ?? input.agent ?? path.basename(folder).slice(0, 100),
      runId: null,
      agent: input.agent,
      state: 'candidate',
      baseModel: base.identity.id,
      baseSha256: base.identity.sha256,
      sha256: copied.content.sha256,
      hasGguf: copied.content.hasGguf,
      sizeBytes: copied.content.sizeBytes,
      path: copied.content.folder,
      created: place.store.clock.now().toISOString(),
      provenance: importProvenance(folder, base, copied.content, training),
    });
  };
  if (source.hasGguf) return { adapter: await store(null), ggufProblem: null };
  const init = { adapter: folder, base: base.identity.path, python, env: search.env, signal };
  return await withGguf(place, init, async (gguf, ggufProblem) => ({ adapter: await store(gguf), ggufProblem }));
}

/** Each matrix must sit on a linear layer of the base and have its sizes. */
function checkFits(adapter: AdapterFolder, base: BaseModel): void {
  const modules = new Map(base.linearModules.map((module) => [module.name, module]));
  for (const tensor of adapter.tensors) {
    const match = /^base_model\.model\.(.+)\.lora_([AB])\.weight$/.exec(tensor.name);
    const module = modules.get(match?.[1] ?? '');
    const isB = match?.[2] === 'B';
    const side = isB ? tensor.shape[0] : tensor.shape[1];
    if (module !== undefined && side === (isB ? module.outputs : module.inputs)) continue;
    throw usageError('adapter_does_not_fit', `The adapter does not fit “${base.identity.id}”: ${tensor.name} has the shape [${tensor.shape.join(', ')}].`, {
      hint: 'Name the base it was trained on with --model.',
    });
  }
}

function importProvenance(
  folder: string,
  base: BaseModel,
  content: AdapterFolder,
  training: z.infer<typeof trainingSchema> | null,
): AdapterProvenance {
  return {
    source: 'import',
    importedFrom: folder,
    baseRevision: base.identity.revision,
    baseTokenizerSha256: base.identity.tokenizerSha256,
    baseTemplateSha256: base.identity.templateSha256,
    baseVocabularySize: base.identity.vocabularySize,
    dataset: null,
    method: training?.method ?? null,
    configHash: training?.configHash ?? null,
    gitCommit: training?.gitCommit ?? null,
    rank: content.config.r,
    alpha: content.config.lora_alpha,
    targetModules: content.modules,
    ggufSha256: content.ggufSha256,
  };
}
