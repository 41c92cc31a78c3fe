import type { DatasetFormat } from '../../protocol/datasets.ts';
import { usageError } from '../../protocol/errors.ts';
import { fileFacts, type FileFacts } from '../platform/files.ts';
import { makeConverter, type Converter } from './formats/convert.ts';
import { detectFormat } from './formats/detect.ts';
import { parseMapping, type Mapping } from './formats/mapping.ts';
import type { IssueLog } from './import/issueLog.ts';
import type { PrepareOptions } from './prepareOptions.ts';
import { openedFile, readFile, type OpenedFile } from './readers/readFile.ts';
import { SampleSink } from './readers/sampleSink.ts';
import { sniffFile, type Sniffed } from './readers/sniff.ts';
import { listSourceFiles, type SourceFile } from './readers/sourceFiles.ts';

/** A file that will be imported, and how. */
export interface ChosenFile {
  opened: OpenedFile;
  format: DatasetFormat;
  convert: Converter;
  /** What the file was before it was read. */
  before: FileFacts;
}

/** A file of no known format: what it holds, and a `--map` to try. */
interface UnknownFile extends ChosenFile {
  columns: string[];
  suggestion: string | null;
}

/**
 * Finds the files, says what is wrong with those that hold no data, and settles each one's format. A plan of nothing
 * but files of no known format gets them as such (`none`): it shows their rows, and every one is left out.
 */
export async function chooseFiles(options: PrepareOptions, base: string, issues: IssueLog): Promise<ChosenFile[]> {
  const mapping = parseMapping(options.map);
  const chosen: ChosenFile[] = [];
  const unknown: UnknownFile[] = [];
  for (const file of await listSourceFiles(options.paths, base, issues)) {
    const before = fileFacts(file.path);
    if (before === null) continue;
    const sniffed = await sniffFile(file.path);
    if (!isData(file, sniffed, issues)) continue;
    const opened = openedFile(file, sniffed);
    const { format, columns, suggestion } = options.format === undefined ? await detect(opened, mapping, issues) : { format: options.format, columns: [], suggestion: null };
    if (format === 'none' && options.format === undefined) unknown.push({ opened, format, convert: () => null, before, columns, suggestion });
    else if (format !== null) chosen.push({ opened, format, convert: makeConverter(format, mapping), before });
  }
  if (chosen.length === 0 && unknown.length > 0 && options.plan) return unknown;
  if (chosen.length === 0) {
    const [first] = unknown;
    const about = first === undefined ? {} : { format: first.format, columns: first.columns, suggestion: first.suggestion };
    const errors = issues.issues.filter((issue) => issue.severity === 'error');
    const reasons = errors.filter((issue) => issue.line === null).concat(errors);
    throw usageError(reasons[0]?.code ?? 'nothing_imported', reasons[0]?.message ?? 'There is no data to import here.', {
      hint: reasons[0]?.fix ?? 'Give .jsonl, .json, .csv, .tsv, .parquet or .txt files, or a folder of them.',
      details: { ...about, issueCounts: issues.countsObject(), issues: issues.issues.slice(0, 50) },
    });
  }
  const formats = new Set(chosen.map((file) => kindOf(file.format)));
  if (formats.size > 1) {
    throw usageError('format_mixed', `These files cannot be one dataset: ${chosen.map((file) => `${file.opened.file.name} is ${file.format}`).join(', ')}.`, {
      hint: 'Prepare them one by one, with a --name each.',
    });
  }
  return chosen;
}

/** Rows of one kind can stand in one dataset, whatever format they came in. */
function kindOf(format: DatasetFormat): string {
  if (format === 'preference_strings' || format === 'preference_messages') return 'preference';
  return format === 'kto' || format === 'text' ? format : 'chat';
}

function isData(file: SourceFile, sniffed: Sniffed, issues: IssueLog): boolean {
  if (sniffed.isLfsPointer) {
    issues.file(file.name, 'git_lfs_pointer', `“${file.name}” is a Git LFS pointer and not the data itself.`);
    return false;
  }
  if (sniffed.isAppleDouble) {
    issues.file(file.name, 'apple_double', `“${file.name}” is a companion file of macOS and holds no data.`);
    return false;
  }
  if (sniffed.isBinary) {
    issues.file(file.name, 'file_binary', `“${file.name}” is no text and no Parquet.`);
    return false;
  }
  if (sniffed.isWhole && sniffed.head.toString('utf8').trim() === '') {
    issues.file(file.name, 'file_empty', `“${file.name}” is empty.`);
    return false;
  }
  if (sniffed.isParquet) return true;
  if (sniffed.encoding === 'windows-1252') {
    issues.file(file.name, 'encoding_fallback', `“${file.name}” is not UTF-8; it was read as Windows-1252.`);
  } else if (sniffed.encoding !== 'utf-8') {
    issues.file(file.name, 'encoding_utf16', `“${file.name}” is ${sniffed.encoding.toUpperCase()}.`);
  }
  return true;
}

interface Detected {
  /** Null, with an error, when there are no rows or two formats fit equally well. */
  format: DatasetFormat | null;
  columns: string[];
  suggestion: string | null;
}

/** The format by a sample of its rows. */
async function detect(opened: OpenedFile, mapping: Mapping, issues: IssueLog): Promise<Detected> {
  const sink = new SampleSink();
  await readFile(opened, sink);
  if (sink.samples.length === 0) {
    const damage = sink.issues.issues.find((issue) => issue.severity === 'error');
    if (damage !== undefined) {
      issues.add(damage);
      return { format: null, columns: [], suggestion: null };
    }
    if (sink.fault !== undefined) issues.row(opened.file.name, sink.fault.line, sink.fault.issue);
    const why = sink.fault === undefined ? '' : ` The first mistake is in line ${String(sink.fault.line)}: ${sink.fault.issue.message}`;
    issues.file(opened.file.name, 'file_unreadable', `No row of “${opened.file.name}” can be read.${why}`, { fix: sink.fault?.issue.fix ?? undefined });
    return { format: null, columns: [], suggestion: null };
  }
  const detection = detectFormat(sink.samples, mapping);
  if (detection.issue !== null) {
    const { severity, code, message, fix } = detection.issue;
    issues.add({ file: opened.file.name, line: null, column: null, path: null, severity, code, message, fix });
  }
  return { format: detection.format, columns: detection.keys, suggestion: detection.issue?.fix ?? null };
}
