import type { DatasetFormat } from '../../../protocol/datasets.ts';
import { detectFormat } from '../../datasets/formats/detect.ts';
import { startsOverLines } from '../../datasets/readers/fileKind.ts';
import { SampleSink } from '../../datasets/readers/sampleSink.ts';
import { recordOf, type CheckIssue } from './lineChecker.ts';

/**
 * How an open file is read. `rows`: line by line, each checked. `hint`: it can't be, and one sentence says why; `line` counts
 * from 0. `sampledLines` were looked at: a change behind them changes nothing here.
 */
export type ReadAs =
  | { kind: 'rows'; format: DatasetFormat; sampledLines: number }
  | { kind: 'hint'; code: string; message: string; sampledLines: number; fault: { line: number; issue: CheckIssue } | null };

/** Longer files are left to `training prepare`; the editor itself lets go of files beyond 50 MB. */
export const longestTextUnits = 20_000_000;

/** Settles the format from the first lines as `training prepare` does. */
export function readAs(lines: readonly string[]): ReadAs {
  if (unitsOf(lines) > longestTextUnits) return hint('file_large', 'This file is too large to be checked while you type. Run “training prepare --plan” on it: it makes the same checks.', 1);
  if (startsOverLines(lines.slice(0, 64).join('\n').slice(0, 4096))) {
    return hint('file_one_document', 'This file is one JSON document over several lines: “training prepare” reads it, and it is not checked line by line.', 64);
  }
  const sink = new SampleSink();
  let sampledLines = 0;
  for (const [index, line] of lines.entries()) {
    const { text } = recordOf(line);
    if (text !== '') sink.text(text, index + 1);
    sampledLines = index + 1;
    if (sink.isDone) break;
  }
  if (sink.isEmpty) return hint('file_empty', 'This file is empty.', sampledLines);
  if (sink.samples.length === 0) {
    const fault = sink.fault === undefined ? null : { line: sink.fault.line - 1, issue: sink.fault.issue };
    return { ...hint('file_unreadable', 'No line of this file can be read as JSON.', sampledLines), fault };
  }
  const { format, issue } = detectFormat(sink.samples);
  if (format === null || format === 'none') {
    return hint(issue?.code ?? 'format_none', [issue?.message, issue?.fix].filter((part) => typeof part === 'string').join(' '), sampledLines);
  }
  return { kind: 'rows', format, sampledLines };
}

function hint(code: string, message: string, sampledLines: number): Extract<ReadAs, { kind: 'hint' }> {
  return { kind: 'hint', code, message, sampledLines, fault: null };
}

function unitsOf(lines: readonly string[]): number {
  let units = lines.length;
  for (const line of lines) units += line.length;
  return units;
}
