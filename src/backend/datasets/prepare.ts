import path from 'node:path';
import type { DatasetFormat, PrepareResult } from '../../protocol/datasets.ts';
import { usageError } from '../../protocol/errors.ts';
import { findByName } from '../store/datasets.ts';
import { chooseFiles, type ChosenFile } from './chooseFiles.ts';
import { commitVersion, hashSplits, readAssignments } from './commitVersion.ts';
import { declaredSplits } from './declaredSplits.ts';
import { countSplits, settleSplits } from './import/groupSplits.ts';
import { IssueLog } from './import/issueLog.ts';
import { qualityOf, tenthsOf, tokensOf } from './import/quality.ts';
import type { RowImporter } from './import/rowImporter.ts';
import { RowsWriter } from './import/rowsWriter.ts';
import { Assignments } from './import/splits.ts';
import { asWriteFailure, makeStage, removeStage } from './import/stage.ts';
import { importFiles } from './importFiles.ts';
import type { PrepareContext } from './prepareContext.ts';
import type { PrepareOptions } from './prepareOptions.ts';
import { indexFile, rowsFile } from './splitFile.ts';
import { treatNear } from './treatNear.ts';

const nearFolder = 'near';

/**
 * Imports files as a new version of a dataset, or shows what that would do (`plan`). Everything is built in a staging
 * folder and moved to its place in one step: a failure, a cancel or a SIGKILL leaves no half version.
 */
export async function prepareDataset(options: PrepareOptions, context: PrepareContext): Promise<PrepareResult> {
  const issues = new IssueLog(options.maxIssues);
  const files = await chooseFiles(options, context.base, issues);
  const name = options.name ?? nameOf(files[0]?.opened.file.name ?? 'dataset');
  const previous = findByName(context.store, name);
  const carried = previous === null ? new Assignments() : await readAssignments(previous, context.signal);
  const stage = makeStage({ isPlan: options.plan, datasets: context.datasets, isAlive: context.isAlive });
  const declared = declaredSplits(files.map((file) => file.opened.file.name), options.split);
  if (declared !== null) {
    issues.file(files[0]?.opened.file.name ?? '', 'splits_declared', 'The files’ names say which split each is; the shares of --split are not used.');
  }
  let writer: RowsWriter | undefined;
  let versionFolder = stage;
  try {
    writer = new RowsWriter({ rowsPath: path.join(stage, rowsFile), indexPath: path.join(stage, indexFile) });
    const importer = await importFiles({ options, context, files, issues, writer, carried, declared });
    const format = formatOf(files);
    if (importer.counts.kept === 0 && !(options.plan && format === 'none')) throw nothingImported(issues, importer);
    if (options.strict && issues.bySeverity.error > 0) throw strictFailure(issues, importer);
    const near = await treatNear({ options, context, columns: importer.columns, writer, folder: path.join(stage, nearFolder) });
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
    };
    if (!options.plan) {
      const splitsSha256 = hashSplits(columns);
      if (previous !== null && previous.sha256 === written.sha256 && previous.splitsSha256 === splitsSha256 && previous.grader === options.grader) {
        result.dataset = { id: previous.id, name: previous.name, version: previous.version, path: previous.path };
        issues.file(files[0]?.opened.file.name ?? '', 'same_content', `Version ${String(previous.version)} has this content already; no new one was made.`);
        result.issueCounts = issues.countsObject();
      } else {
        const committed = commitVersion(context.store, context.datasets, versionFolder, {
          name, previous, options, result, sha256: written.sha256, splitsSha256,
          sources: files.map((file) => ({ name: file.opened.file.name, sizeBytes: file.opened.file.sizeBytes })),
        });
        result.dataset = committed.dataset;
        if (committed.meanwhile !== null) {
          issues.file(files[0]?.opened.file.name ?? '', 'version_meanwhile', `Another import made version ${String(committed.meanwhile)} of “${name}” meanwhile: its splits were not carried over.`);
          result.issueCounts = issues.countsObject();
        }
      }
    }
    return result;
  } catch (error) {
    throw asWriteFailure(error);
  } finally {
    await writer?.abandon();
    removeStage(stage);
  }
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
