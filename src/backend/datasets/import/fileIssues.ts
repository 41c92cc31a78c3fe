import type { Severity } from '../../../protocol/datasets.ts';

interface FileCodeEntry {
  severity: Severity;
  /** What the code says, as docs/datasets.md has it. */
  sentence: string;
  fix: string | null;
}

const entry = (severity: Severity, sentence: string, fix: string | null): FileCodeEntry => ({ severity, sentence, fix });

/**
 * Every problem that a file can have, or that a reader meets between rows; those of rows are in formats/issues.ts.
 * Codes and severities are stable: callers and scripts branch on them.
 */
export const fileIssueCodes = {
  file_empty: entry('error', 'The file is empty.', 'Give a file with rows.'),
  file_binary: entry('error', 'The file is no text and no Parquet.', 'Convert it to .jsonl, .csv or .parquet.'),
  file_unreadable: entry('error', 'No row of the file can be read.', 'Look at its first lines: each must be a JSON object, or the file a JSON array, CSV or Parquet.'),
  git_lfs_pointer: entry('error', 'The file is a Git LFS pointer and not the data itself.', 'Fetch the data with: git lfs pull'),
  apple_double: entry('error', 'The file is a companion file of macOS and holds no data.', 'Give the file without the leading “._”.'),
  companion_skipped: entry('info', 'A companion file of macOS in a folder was left out.', null),
  file_skipped: entry('info', 'A file of a folder is no training data by its name.', 'Name it on the command line to import it.'),
  encoding_fallback: entry('warning', 'The file is not UTF-8 and was read as Windows-1252.', 'Save it as UTF-8.'),
  encoding_utf16: entry('info', 'The file is UTF-16 and was read as such.', null),
  invalid_utf8: entry('warning', 'Bytes that are not UTF-8 became U+FFFD.', 'Save the file as UTF-8.'),
  byte_order_mark: entry('info', 'A byte order mark in the middle of the file, as joined files have it, was skipped.', null),
  gzip_damaged: entry('error', 'The gzip file is cut or damaged; the rows before the damage were read.', 'Fetch or compress the file again.'),
  parquet_damaged: entry('error', 'A part of the Parquet file cannot be read.', 'Write the file again; it may be cut or damaged.'),
  csv_header: entry('warning', 'The header repeats a name; the column got a number.', 'Give each column a name of its own.'),
  csv_header_again: entry('info', 'The header stands in the file once more, as where files were joined; that record was left out.', null),
  csv_short: entry('warning', 'A record has fewer fields than the header has columns; the others are missing.', 'Write every field, also an empty one.'),
  json_resumed: entry('info', 'After a broken element of a JSON document, reading went on with the next one; the message names the lines between.', 'Correct the element that is reported beside this.'),
  json_rest: entry('error', 'After a broken element, no beginning of another one was found; the message names the lines that were not read.', 'Correct the element that is reported beside this.'),
  json_stray: entry('warning', 'A closing bracket between the elements of a JSON document closes nothing, or too much.', 'Remove the bracket.'),
  row_too_long: entry('error', 'A row has more than 256 MB.', 'Leave the row out, or split it: no model takes that much text.'),
  row_too_deep: entry('error', 'A row nests too deep to be written again.', 'Flatten the value: no training format nests this deep.'),
  text_paragraphs: entry('info', 'Blank lines divide a text: each paragraph became a row.', null),
  splits_declared: entry('info', 'The files’ names say which split each is.', 'Give --split to divide all rows anew.'),
  same_content: entry('info', 'The newest version has this content already; no new one was made.', null),
  version_meanwhile: entry('warning', 'Another import made a version of this dataset meanwhile; its splits were not carried over.', 'Prepare it again to carry them over.'),
} as const satisfies Record<string, FileCodeEntry>;

export type FileIssueCode = keyof typeof fileIssueCodes;
