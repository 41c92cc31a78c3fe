import { createHash } from 'node:crypto';
import { mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { DatasetFormat, PrepareResult } from '../../protocol/datasets.ts';
import { failure, usageError } from '../../protocol/errors.ts';
import type { DatasetId } from '../../protocol/ids.ts';
import { fileFacts, writeFileAtomically } from '../platform/files.ts';
import { addVersion, findDataset, idOfName, type DatasetVersion } from '../store/datasets.ts';
import { DatasetIndex } from '../store/datasetIndex.ts';
import type { Store } from '../store/db.ts';
import { datasetIdOf } from './datasetId.ts';
import { countSplits, settleSplits } from './import/groupSplits.ts';
import { IssueLog } from './import/issueLog.ts';
import { copyRows, findNearDuplicates, nearUnasked } from './import/nearDuplicates.ts';
import { RowColumns } from './import/rowColumns.ts';
import { RowImporter } from './import/rowImporter.ts';
import { RowsWriter } from './import/rowsWriter.ts';
import { declaredSplits } from './declaredSplits.ts';
import { Assignments, splitOfPrompt } from './import/splits.ts';
import { asWriteFailure, makeStage, removeStage } from './import/stage.ts';
import { qualityOf, tenthsOf, tokensOf } from './import/quality.ts';
import type { PrepareOptions } from './prepareOptions.ts';
import { chooseFiles, type ChosenFile } from './chooseFiles.ts';
import { readFile } from './readers/readFile.ts';
import { datasetFile, indexFile, rowsFile } from './splitFile.ts';

const nearFolder = 'near';

export interface PrepareProgress {
  rows: number;
  /** Share of the input's bytes, 0–1. */
  share: number;
}

export interface PrepareContext {
  /** Null for a plan in a workspace without a database: nothing is opened and nothing made. */
  store: Store | null;
  /** `.training/datasets`. */
  datasets: string;
  /** What relative paths start from. */
  base: string;
  isAlive: (pid: number) => boolean;
  onProgress: (progress: PrepareProgress) => void;
  signal: AbortSignal;
}

/**
 * Imports files as a new version of a dataset, or shows what that would do (`plan`). Everything is built in a staging
 * folder and moved to its place in one step: a failure, a cancel or a SIGKILL leaves no half version.
 */
export async function prepareDataset(options: PrepareOptions, context: PrepareContext): Promise<PrepareResult> {
  const started = performance.now();
  const issues = new IssueLog(options.maxIssues);
  const files = await chooseFiles(options, context.base, issues);
  const name = options.name ?? nameOf(files[0]?.opened.file.name ?? 'dataset');
  const previous = context.store === null ? null : findDataset(context.store, name);
  const carried = previous === null ? new Assignments() : await readAssignments(previous, context.signal);
  const stage = makeStage({ isPlan: options.plan, datasets: context.datasets, isAlive: context.isAlive });
  const declared = declaredSplits(files.map((file) => file.opened.file.name), options.split);
  if (declared !== null) {
    issues.file(files[0]?.opened.file.name ?? '', 'info', 'splits_declared', 'The files’ names say which split each is; the shares of --split are not used.');
  }
  let writer: RowsWriter | undefined;
  let versionFolder = stage;
  try {
    writer = new RowsWriter({ rowsPath: path.join(stage, rowsFile), indexPath: path.join(stage, indexFile) });
    const importer = await importFiles({ options, context, files, issues, writer, carried, declared });
    if (importer.counts.kept === 0) throw nothingImported(issues, importer);
    if (options.strict && issues.bySeverity.error > 0) throw strictFailure(issues, importer);
    const near = await treatNear({ options, context, importer, writer, stage });
    if (near.writer !== writer) {
      await writer.abandon();
      writer = near.writer;
      versionFolder = path.join(stage, nearFolder);
    }
    const { columns } = near;
    const changed = settleSplits({
      columns,
      nearPairs: near.pairs,
      shares: options.split,
      seed: options.seed,
      fixedOf: (low, high) => carried.get(low, high),
      isDeclared: declared !== null,
    });
    const written = await writer.finish(changed, files.map((file) => file.opened.file.name));
    context.signal.throwIfAborted();
    const [train, validation, test] = countSplits(columns);
    const format = formatOf(files);
    const quality = qualityOf(tenthsOf(columns));
    const result: PrepareResult = {
      dataset: null,
      format,
      ...(options.plan ? { keptLines: importer.keptLines } : {}),
      rows: { ...importer.counts, kept: columns.count, nearDuplicates: near.count },
      splits: { train, validation, test },
      nearDuplicatesChecked: near.isChecked,
      quality,
      tokens: { estimated: tokensOf(columns) },
      issues: issues.issues,
      issueCounts: issues.countsObject(),
      seconds: 0,
    };
    if (!options.plan && context.store !== null) {
      const splitsSha256 = hashSplits(columns);
      const id: DatasetId = idOfName(context.store, name) ?? datasetIdOf(context.store, name);
      if (previous !== null && previous.sha256 === written.sha256 && previous.splitsSha256 === splitsSha256 && previous.grader === options.grader) {
        result.dataset = { id: previous.id, name: previous.name, version: previous.version, path: previous.path };
        issues.file(files[0]?.opened.file.name ?? '', 'info', 'same_content', `Version ${String(previous.version)} has this content already; no new one was made.`);
        result.issueCounts = issues.countsObject();
      } else {
        result.dataset = commit(context.store, context.datasets, versionFolder, {
          id, name, options, result, sha256: written.sha256, splitsSha256,
          sources: files.map((file) => ({ name: file.opened.file.name, sizeBytes: file.opened.file.sizeBytes })),
        });
      }
    }
    result.seconds = (performance.now() - started) / 1000;
    return result;
  } catch (error) {
    throw asWriteFailure(error);
  } finally {
    await writer?.abandon();
    removeStage(stage);
  }
}

interface ImportInit {
  options: PrepareOptions;
  context: PrepareContext;
  files: ChosenFile[];
  issues: IssueLog;
  writer: RowsWriter;
  carried: Assignments;
  /** Split code per file, where files declare theirs. */
  declared: number[] | null;
}

async function importFiles(init: ImportInit): Promise<RowImporter> {
  const { options, context, files, issues, writer, carried, declared } = init;
  const totalBytes = files.reduce((sum, file) => sum + file.opened.file.sizeBytes, 0);
  let doneBytes = 0;
  let consumed = (): number => 0;
  const importer = new RowImporter({
    writer,
    issues,
    minQuality: options.minQuality,
    isDeduplicating: options.dedupe !== 'off',
    isListingLines: options.plan,
    splitOf: (low, high, file) => carried.get(low, high) ?? declared?.[file] ?? splitOfPrompt(low, high, options.seed, options.split),
    onProgress: (rows) => context.onProgress({ rows, share: totalBytes === 0 ? 1 : Math.min(1, (doneBytes + consumed()) / totalBytes) }),
    signal: context.signal,
  });
  for (const [index, { opened, convert, before }] of files.entries()) {
    importer.beginFile({ name: opened.file.name, index, convert, isByLine: opened.kind === 'jsonLines' && !opened.isOldMac });
    await readFile(opened, importer, (source) => {
      consumed = () => source.consumedBytes;
    });
    const after = fileFacts(opened.file.path);
    if (after === null || after.sizeBytes !== before.sizeBytes || after.modifiedNs !== before.modifiedNs || after.inode !== before.inode) {
      throw failure('source_changed', `“${opened.file.name}” ${after === null ? 'disappeared' : 'changed'} while it was imported. Nothing of it was kept.`, {
        hint: 'Prepare it again when nothing writes to it any more.',
      });
    }
    consumed = () => 0;
    doneBytes += opened.file.sizeBytes;
  }
  importer.end();
  return importer;
}

interface Near {
  isChecked: boolean;
  /** Rows that are near copies of an earlier one. */
  count: number;
  pairs: number[];
  columns: RowColumns;
  writer: RowsWriter;
}

/** Looks for near duplicates where they are asked for or cheap, and leaves them out with `--dedupe near`. */
async function treatNear(init: { options: PrepareOptions; context: PrepareContext; importer: RowImporter; writer: RowsWriter; stage: string }): Promise<Near> {
  const { options, context, importer, writer, stage } = init;
  const { columns } = importer;
  const isRemoving = options.dedupe === 'near';
  if (!isRemoving && (options.dedupe === 'off' || columns.count > nearUnasked)) return { isChecked: false, count: 0, pairs: [], columns, writer };
  await writer.flush();
  const pairs = await findNearDuplicates({ columns, writer, isRemoving, signal: context.signal });
  const copies = new Set(pairs.filter((_, index) => index % 2 === 1));
  if (!isRemoving || copies.size === 0) return { isChecked: true, count: copies.size, pairs, columns, writer };
  const folder = path.join(stage, nearFolder);
  mkdirSync(folder);
  const kept = { columns: new RowColumns(), writer: new RowsWriter({ rowsPath: path.join(folder, rowsFile), indexPath: path.join(folder, indexFile) }) };
  try {
    await copyRows({ columns, writer }, kept, copies);
  } catch (error) {
    await kept.writer.abandon();
    throw error;
  }
  return { isChecked: true, count: copies.size, pairs: [], ...kept };
}

interface CommitInit {
  id: DatasetId;
  name: string;
  options: PrepareOptions;
  result: PrepareResult;
  sha256: string;
  splitsSha256: string;
  sources: { name: string; sizeBytes: number }[];
}

function commit(store: Store, datasets: string, stage: string, init: CommitInit): NonNullable<PrepareResult['dataset']> {
  const { id, name, options, result, sha256, splitsSha256 } = init;
  const report = { ...result, dataset: undefined, issues: result.issues.slice(0, 200) };
  const folder = path.join(datasets, id);
  const version = addVersion(
    store,
    {
      id, name, format: result.format, rows: result.rows.kept, ...result.splits, tokens: result.tokens.estimated,
      quality: result.quality.mean, grader: options.grader, sha256, splitsSha256, reportJson: JSON.stringify(report),
    },
    (number) => {
      const target = path.join(folder, `v${String(number)}`);
      const { minQuality, dedupe, split, seed, map, grader } = options;
      const description = {
        v: 1, id, name, version: number, created: store.clock.now().toISOString(), format: result.format, grader,
        sha256, splitsSha256, rows: result.rows, splits: result.splits, nearDuplicatesChecked: result.nearDuplicatesChecked,
        quality: result.quality, tokens: result.tokens, issueCounts: result.issueCounts, sources: init.sources,
        options: { minQuality, dedupe, split, seed, map },
      };
      writeFileAtomically(path.join(stage, datasetFile), `${JSON.stringify(description, null, 2)}\n`);
      mkdirSync(folder, { recursive: true });
      renameSync(stage, target);
      return target;
    },
  );
  return { id: version.id, name: version.name, version: version.version, path: version.path };
}

const rowsPerHold = 20_000;

async function readAssignments(previous: DatasetVersion, signal: AbortSignal): Promise<Assignments> {
  const assignments = new Assignments();
  const index = new DatasetIndex(path.join(previous.path, indexFile));
  try {
    let count = 0;
    for (const { prompt, split } of index.assignments()) {
      assignments.add(prompt, split);
      if (++count % rowsPerHold !== 0) continue;
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    }
  } finally {
    index.close();
  }
  return assignments;
}

function hashSplits(columns: RowColumns): string {
  const hash = createHash('sha256');
  for (const block of columns.blocks) hash.update(block.split.subarray(0, block.count));
  return hash.digest('hex');
}

/** The format of the dataset: that of the file with most bytes. */
function formatOf(files: readonly ChosenFile[]): DatasetFormat {
  const [largest] = [...files].sort((a, b) => b.opened.file.sizeBytes - a.opened.file.sizeBytes);
  return largest?.format ?? 'none';
}

/** A name from a file name: what has no place in a name becomes a dash. */
function nameOf(file: string): string {
  const base = path.basename(file).replace(/(\.[A-Za-z0-9]{1,8}){1,2}$/, '');
  const cleaned = base.replace(/[^\p{L}\p{N} ._()+-]+/gu, '-').replace(/^[^\p{L}\p{N}]+/u, '').slice(0, 80).trim();
  return cleaned === '' ? 'dataset' : cleaned;
}

function nothingImported(issues: IssueLog, importer: RowImporter): Error {
  const { read, lowQuality } = importer.counts;
  const why = read === 0 ? 'the input holds no rows' : lowQuality > 0 ? `${String(lowQuality)} of ${String(read)} rows are below --min-quality, the others have errors` : `all ${String(read)} rows have errors`;
  return usageError('nothing_imported', `No row can be imported: ${why}.`, {
    hint: issues.issues.find((issue) => issue.severity === 'error')?.fix ?? 'Name the columns with --map, or the format with --format.',
    details: { rows: importer.counts, issueCounts: issues.countsObject(), issues: issues.issues.slice(0, 50) },
  });
}

function strictFailure(issues: IssueLog, importer: RowImporter): Error {
  return usageError('strict', `--strict: ${String(issues.bySeverity.error)} errors were found. Nothing was written.`, {
    hint: 'Correct the rows, or leave out --strict to import the good ones.',
    details: { rows: importer.counts, issueCounts: issues.countsObject(), issues: issues.issues },
  });
}
