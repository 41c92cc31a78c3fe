import { z } from 'zod';
import type { IssueGroup } from '../../protocol/datasetPages.ts';
import { datasetIssueSchema, prepareResultSchema, type DatasetIssue, type Severity } from '../../protocol/datasets.ts';
import type { DatasetIndex } from '../store/datasetIndex.ts';
import type { DatasetVersion } from '../store/datasets.ts';
import { issueCodes } from './formats/issues.ts';
import { fileIssueCodes } from './import/fileIssues.ts';

/** What is kept of an import's result. A version that was found again from its folder has counts and no places. */
const reportSchema = z.looseObject({
  rows: prepareResultSchema.shape.rows.nullable().catch(null),
  nearDuplicatesChecked: z.boolean().catch(false),
  issues: z.array(datasetIssueSchema).catch([]),
  issueCounts: z.record(z.string(), z.int()).catch({}),
});
export type ImportReport = z.infer<typeof reportSchema>;

export function readReport(version: DatasetVersion): ImportReport {
  return reportSchema.parse(parseJson(version.reportJson));
}

const rank: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

/** The issues of an import by code, the gravest first, each with the places that the report kept. */
export function groupIssues(report: ImportReport, index: DatasetIndex): IssueGroup[] {
  return Object.entries(report.issueCounts)
    .map(([code, count]) => {
      const found = report.issues.filter((issue) => issue.code === code);
      const known = entryOf(code);
      return {
        code,
        severity: known?.severity ?? found[0]?.severity ?? 'info',
        count,
        fix: found[0]?.fix ?? known?.fix ?? null,
        places: found.map((issue) => placeOf(issue, index)),
      };
    })
    .sort((a, b) => rank[a.severity] - rank[b.severity] || b.count - a.count || (a.code < b.code ? -1 : 1));
}

/** Rows, from 0 and in order, that an issue of this code is known to be in. */
export function rowsOfIssue(version: DatasetVersion, index: DatasetIndex, code: string): number[] {
  const rows = readReport(version).issues.flatMap((issue) => (issue.code === code && issue.line !== null ? [index.rowOfLine(issue.file, issue.line)] : []));
  return [...new Set(rows.filter((row) => row !== null))].sort((a, b) => a - b);
}

function placeOf({ file, line, column, path, message }: DatasetIssue, index: DatasetIndex): IssueGroup['places'][number] {
  const row = line === null ? null : index.rowOfLine(file, line);
  return { file, line, column, path, message, row: row === null ? null : row + 1 };
}

function entryOf(code: string): { severity: Severity; fix: string | null } | undefined {
  const known: Record<string, { severity: Severity; fix: string | null }> = { ...issueCodes, ...fileIssueCodes };
  return Object.hasOwn(known, code) ? known[code] : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Torn: the version itself is whole, only what was said of it is lost.
    return {};
  }
}
