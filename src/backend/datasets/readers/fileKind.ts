import type { Sniffed } from './sniff.ts';

export type FileKind = 'jsonLines' | 'json' | 'csv' | 'parquet' | 'text';

/** How a file is read. Content decides, the extension where content allows both. */
export function fileKindOf(sniffed: Sniffed, extension: string): FileKind {
  if (sniffed.isParquet) return 'parquet';
  const first = firstByte(sniffed.head);
  const looksJson = first === openBrace || first === openBracket;
  if (extension === '.jsonl' || extension === '.ndjson') return isPrettyPrinted(sniffed.head) ? 'json' : 'jsonLines';
  if (extension === '.txt' || extension === '.text' || extension === '.md') return looksJson && isJsonLines(sniffed) ? 'jsonLines' : 'text';
  if (extension === '.json') return isJsonLines(sniffed) ? 'jsonLines' : 'json';
  if (extension === '.csv' || extension === '.tsv' || extension === '.tab') return looksJson && isJsonLines(sniffed) ? 'jsonLines' : 'csv';
  if (looksJson) return isJsonLines(sniffed) ? 'jsonLines' : 'json';
  return /^[^\n]*[,;\t|]/.test(sniffed.head.subarray(0, 65_536).toString('utf8')) ? 'csv' : 'text';
}

/** LF ends lines, unless a file has none and CR does (old Mac). */
export function newlineOf(head: Buffer): number {
  return head.includes(lineFeed) || !head.includes(carriageReturn) ? lineFeed : carriageReturn;
}

const openBrace = 123;
const openBracket = 91;
const lineFeed = 10;
const carriageReturn = 13;

/** True when single lines are whole JSON values. */
function isJsonLines(sniffed: Sniffed): boolean {
  const newline = newlineOf(sniffed.head) === lineFeed ? '\n' : '\r';
  const text = sniffed.head.toString('utf8');
  const lines = text.split(newline, 40).map((line) => line.trim());
  const cut = sniffed.isWhole || lines.length >= 40 ? lines : lines.slice(0, -1);
  const filled = cut.filter((line) => line !== '');
  const [firstLine] = filled;
  if (firstLine === undefined) return false;
  if (isPrettyPrinted(sniffed.head)) return false;
  if (filled.length === 1) return !firstLine.startsWith('[') && !isWrapper(firstLine);
  // An array with an element per line: its first line opens and does not close.
  if (firstLine.startsWith('[') && !isWholeJson(firstLine)) return false;
  return filled.some((line) => (line.startsWith('{') || line.startsWith('[')) && isWholeJson(line));
}

function isWrapper(line: string): boolean {
  return /^\{\s*"[^"]{1,64}"\s*:\s*\[\s*[{[]/.test(line) || /"(data|rows|train|examples|items|records|samples)"\s*:\s*\[/.test(line.slice(0, 65_536));
}

function isPrettyPrinted(head: Buffer): boolean {
  return startsOverLines(head.subarray(0, 4096).toString('utf8'));
}

/** True for the beginning of a JSON document that is written over several lines. */
export function startsOverLines(beginning: string): boolean {
  return /^\s*[[{]\s*\r?\n/.test(beginning);
}

function isWholeJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function firstByte(head: Buffer): number | undefined {
  return head.subarray(0, 65_536).find((code) => code !== 32 && code !== 9 && code !== lineFeed && code !== carriageReturn);
}
