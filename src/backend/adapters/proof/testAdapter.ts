import path from 'node:path';
import type { AdapterProvenance, AdapterSummary, AdapterTestResult } from '../../../protocol/adapters.ts';
import type { DatasetFormat, GraderName, Split } from '../../../protocol/datasets.ts';
import { failure, notFound, usageError } from '../../../protocol/errors.ts';
import { builtInModel, resolveModel, type ModelSearch } from '../../models/resolveModel.ts';
import type { BaseModel } from '../../models/identity.ts';
import { findModelSummary } from '../../models/catalogue.ts';
import { writeSplitFile } from '../../datasets/splitFile.ts';
import type { InferenceClient } from '../../inference/client.ts';
import { removeFile } from '../../platform/trash.ts';
import { adapterProvenance, insertAdapterTest, runsOnCpu } from '../../store/adapters.ts';
import { findDataset, listVersions, type DatasetVersion } from '../../store/datasets.ts';
import { readAdapterFolder } from '../adapterFolder.ts';
import type { AdapterPlace } from '../register.ts';
import { requireAdapter } from '../shelf.ts';
import { evaluate, type Evaluation, type EvaluateRequest, type RowPlace } from './evaluateCommand.ts';
import { recommend } from './recommendation.ts';
import { writeReport } from './report.ts';
import { scoreEvaluation } from './scores.ts';
import { compareEngines, type MeasuredAnswer } from './servingCheck.ts';
import { readRow, splitRows, spread, testCase, type TestCase } from './testRows.ts';

export interface TestInput {
  adapter: string;
  /** Null is the dataset, and the version, that the adapter was trained on. */
  dataset: string | null;
  split: Split;
  /** Rows that are asked; null is `defaultSamples`. */
  samples: number | null;
  /** Null is the grader that the dataset names; preferences that name none are graded as such. */
  grader: GraderName | null;
}

interface TestProgress {
  phase: string;
  done: number | null;
  total: number | null;
}

export interface TestOptions {
  signal: AbortSignal;
  onProgress: (progress: TestProgress) => void;
  onWarning: (text: string) => void;
}

export interface TestDependencies {
  place: AdapterPlace;
  search: ModelSearch;
  client: InferenceClient;
  /** The trainer's Python; asked only when a test runs. */
  python: () => { python: string; trainerFolder: string };
}

const defaultSamples = 50;
const fewShotExamples = 3;
const servingPrompts = 8;
const seed = 0;

/**
 * Proves an adapter against its base on rows that training did not see: integrity, effect, perplexity, graded answers of
 * base, base with examples, and tuned, and the serving engine against the measured one. Stores the result and a report.
 */
export async function testAdapter(dependencies: TestDependencies, input: TestInput, options: TestOptions): Promise<AdapterTestResult> {
  const { place } = dependencies;
  const started = place.store.clock.monotonicMs();
  const adapter = requireAdapter(place, input.adapter);
  const provenance = adapterProvenance(place.store, adapter.id);
  const dataset = chooseDataset(place, input.dataset, provenance);
  const grader = input.grader ?? (dataset.grader === 'none' && isPreference(dataset.format) ? 'preference' : dataset.grader);
  if (grader === 'preference' && !isPreference(dataset.format)) {
    throw usageError('grader_needs_preferences', `Dataset ${dataset.id} has no chosen and rejected answers to compare.`, { hint: 'Choose another --grader.' });
  }
  warnOfRuns(place, options);
  options.onProgress({ phase: 'checking', done: null, total: null });
  const base = await checkIntegrity(dependencies, adapter, provenance, options.signal);
  const rows = chooseRows(dataset, input);
  const stamp = place.store.clock.now().toISOString();
  const fileStamp = stamp.replace(/[-:.]/g, '');
  const request = makeRequest({ adapter, base, dataset, rows, fileStamp });
  const evaluation = await runEvaluation(dependencies, request, options);
  const scored = scoreEvaluation(evaluation, rows.cases, grader);
  const engines = await checkServing({ dependencies, adapter, evaluation, cases: rows.cases, maxTokens: request.maxNewTokens, options });
  const active = { isActive: evaluation.active.isActive, maxLogitDifference: evaluation.active.maxLogitDifference ?? 0 };
  const recommendation = recommend({ ...scored, split: input.split, isActive: active.isActive, problems: evaluation.integrity.problems, engines });
  const result: AdapterTestResult = {
    adapter: { id: adapter.id, name: adapter.name, path: adapter.path },
    dataset: { id: dataset.id, version: dataset.version, split: input.split },
    grader,
    rows: scored.samples.length,
    active,
    base: scored.base,
    fewShot: scored.fewShot,
    tuned: scored.tuned,
    samples: scored.samples,
    engines,
    recommendation,
    report: null,
    seconds: (place.store.clock.monotonicMs() - started) / 1000,
  };
  result.report = writeReport(result, fileStamp);
  insertAdapterTest(place.store, stamp, result);
  return result;
}

function isPreference(format: DatasetFormat): boolean {
  return format === 'preference_strings' || format === 'preference_messages';
}

function chooseDataset(place: AdapterPlace, reference: string | null, provenance: AdapterProvenance | null): DatasetVersion {
  const trainedOn = provenance?.dataset ?? null;
  const wanted = reference ?? trainedOn?.id ?? null;
  if (wanted === null) throw usageError('dataset_needed', 'This adapter does not say what it was trained on.', { hint: 'Add --dataset.' });
  const current = findDataset(place.store, wanted);
  if (current === null) throw notFound('dataset_not_found', `There is no dataset “${wanted}”.`, { hint: 'training datasets lists them.' });
  const locate = (version: DatasetVersion) => ({ ...version, path: path.resolve(place.workspace.root, version.path) });
  if (trainedOn === null || current.id !== trainedOn.id) return locate(current);
  // The version it was trained on is the one whose test rows it surely did not see.
  return locate(listVersions(place.store, current.id).find((version) => version.version === trainedOn.version) ?? current);
}

function warnOfRuns(place: AdapterPlace, options: TestOptions): void {
  const [busy] = runsOnCpu(place.store);
  if (busy !== undefined) options.onWarning(`${busy} trains on the CPU: this test will be slow, and slows the run down.`);
}

/** The files as they were registered, and the base as it was in training. */
async function checkIntegrity(
  { search }: TestDependencies,
  adapter: AdapterSummary,
  provenance: AdapterProvenance | null,
  signal: AbortSignal,
): Promise<BaseModel> {
  const files = await readAdapterFolder(adapter.path, signal);
  if (files.sha256 !== adapter.sha256 || (provenance !== null && files.ggufSha256 !== provenance.ggufSha256)) {
    throw failure('adapter_changed', `The files of adapter ${adapter.id} are not those that were registered.`, {
      hint: 'Register it again: train, or import the original folder.',
    });
  }
  const base = await resolveModel(adapter.baseModel, search, signal);
  const { identity } = base;
  const differences = [
    identity.sha256 === adapter.baseSha256 ? null : 'weights',
    same(provenance?.baseTokenizerSha256, identity.tokenizerSha256) ? null : 'tokenizer',
    same(provenance?.baseTemplateSha256, identity.templateSha256) ? null : 'chat template',
    same(provenance?.baseVocabularySize, identity.vocabularySize) ? null : 'vocabulary',
  ].filter((name) => name !== null);
  if (differences.length === 0) return base;
  throw failure('base_model_changed', `“${adapter.baseModel}” is not the model that ${adapter.id} was trained on: ${differences.join(', ')} differ.`, {
    hint: adapter.baseModel === builtInModel ? 'Run: training model remove and training setup' : 'Bring back the revision it was trained on.',
  });
}

/** What is not known cannot differ. */
function same<Value>(known: Value | null | undefined, here: Value | null): boolean {
  return known === null || known === undefined || known === here;
}

interface ChosenRows {
  rowsPath: string;
  places: RowPlace[];
  cases: Map<number, TestCase>;
  examples: RowPlace[];
}

function chooseRows(dataset: DatasetVersion, input: TestInput): ChosenRows {
  const { rowsPath, places } = splitRows(dataset.path, input.split);
  const asking = places.filter((place) => testCase(readRow(rowsPath, place)) !== null);
  const chosen = spread(asking, input.samples ?? defaultSamples);
  if (chosen.length === 0) {
    throw usageError('no_test_rows', `The split “${input.split}” of ${dataset.id} has no row with a prompt and an answer.`, {
      hint: 'Prepare the dataset with a larger share for test: --split train=0.8,validation=0.1,test=0.1',
    });
  }
  const cases = new Map(chosen.flatMap((place) => {
    const asked = testCase(readRow(rowsPath, place));
    return asked === null ? [] : [[place.row, asked] as const];
  }));
  const train = splitRows(dataset.path, 'train').places.filter((place) => testCase(readRow(rowsPath, place)) !== null);
  return { rowsPath, places: chosen, cases, examples: spread(train, fewShotExamples) };
}

function makeRequest(parts: { adapter: AdapterSummary; base: BaseModel; dataset: DatasetVersion; rows: ChosenRows; fileStamp: string }): EvaluateRequest {
  const { adapter, base, dataset, rows } = parts;
  const validationIndex = path.join(adapter.path, 'tests', `${parts.fileStamp}.validation.idx`);
  if (dataset.splits.validation > 0) writeSplitFile({ versionPath: dataset.path, split: 'validation', target: validationIndex });
  return {
    model: base.identity.path,
    adapter: adapter.path,
    rowsPath: rows.rowsPath,
    rows: rows.places,
    validationIndex: dataset.splits.validation > 0 ? validationIndex : null,
    variants: [
      { name: 'base', useAdapter: false, examples: [] },
      ...(rows.examples.length === 0 ? [] : [{ name: 'fewShot' as const, useAdapter: false, examples: rows.examples }]),
      { name: 'tuned', useAdapter: true, examples: [] },
    ],
    base: { sha256: base.identity.sha256, vocabularySize: base.identity.vocabularySize, templateSha256: base.identity.templateSha256 },
    maxNewTokens: answerBudget([...rows.cases.values()]),
    seed,
  };
}

/** Room for the longest expected answer at two characters a token, and then some, so that no good answer is cut. */
function answerBudget(cases: readonly TestCase[]): number {
  const longest = Math.max(...cases.map((asked) => asked.expected.length));
  return Math.min(1024, Math.max(32, Math.ceil(longest / 2) + 16));
}

async function runEvaluation({ python, search }: TestDependencies, request: EvaluateRequest, options: TestOptions): Promise<Evaluation> {
  try {
    return await evaluate(request, {
      ...python(),
      env: search.env,
      signal: options.signal,
      onProgress: (progress) => options.onProgress({ phase: progress.phase, done: progress.done ?? null, total: progress.total ?? null }),
    });
  } finally {
    if (request.validationIndex !== null) removeFile(request.validationIndex);
  }
}

async function checkServing(parts: {
  dependencies: TestDependencies;
  adapter: AdapterSummary;
  evaluation: Evaluation;
  cases: ReadonlyMap<number, TestCase>;
  maxTokens: number;
  options: TestOptions;
}): Promise<AdapterTestResult['engines']> {
  const { dependencies, adapter, evaluation, cases, maxTokens, options } = parts;
  const gguf = findModelSummary(dependencies.search, adapter.baseModel).gguf;
  if (!adapter.hasGguf || gguf === null) return null;
  const tuned = evaluation.variants.find((variant) => variant.name === 'tuned')?.answers ?? [];
  const measured = tuned.flatMap((answer): MeasuredAnswer[] => {
    const asked = cases.get(answer.row);
    return asked === undefined || answer.skipped ? [] : [{ row: answer.row, asked, text: answer.text }];
  });
  const onChecked = (done: number, total: number) => options.onProgress({ phase: 'serving', done, total });
  return await compareEngines(dependencies.client, { adapter, gguf, maxTokens }, spread(measured, servingPrompts), { signal: options.signal, onChecked });
}
