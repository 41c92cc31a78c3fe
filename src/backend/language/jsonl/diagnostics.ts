import { DiagnosticSeverity, type Diagnostic } from 'vscode-languageserver/node';
import type { Severity } from '../../../protocol/datasets.ts';
import type { FoundIssue } from './assemble.ts';
import { editorIssueCodes } from './editorIssues.ts';
import type { CheckIssue } from './lineChecker.ts';
import { locate, type Span } from './locate.ts';
import type { ReadAs } from './readAs.ts';
import { shown } from '../shown.ts';

/** As many problems of one file as VS Code shows; what it gets beyond that it drops without order. */
export const mostDiagnostics = 1000;

export interface DiagnosticInit {
  uri: string;
  lines: readonly string[];
  /** Where a code is explained. */
  linkOf: (code: string) => string;
  /** Places that were found before. */
  spans: WeakMap<CheckIssue, Span>;
}

/** Problems as the editor shows them. Where there are too many, errors come first, and the last one says how many are left out. */
export function diagnosticsOf(found: readonly FoundIssue[], init: DiagnosticInit): Diagnostic[] {
  if (found.length <= mostDiagnostics) return found.map((one) => diagnosticOf(one, init));
  const kept = new Set([...found].sort((left, right) => rank[left.issue.severity] - rank[right.issue.severity]).slice(0, mostDiagnostics - 1));
  const { fix } = editorIssueCodes.issues_left_out;
  const more = { code: 'issues_left_out', message: `${String(found.length - kept.size)} more problems of this file are not shown here. ${fix}`, severity: DiagnosticSeverity.Information };
  return [...found.filter((one) => kept.has(one)).map((one) => diagnosticOf(one, init)), aboutFile(more, init)];
}

/** What is said of a file that is not checked line by line. */
export function hintOf(reading: Extract<ReadAs, { kind: 'hint' }>, init: DiagnosticInit): Diagnostic[] {
  // A file that was just made is nobody's mistake.
  if (reading.code === 'file_empty') return [];
  const severity = reading.code === 'format_ambiguous' ? DiagnosticSeverity.Information : DiagnosticSeverity.Hint;
  const about = aboutFile({ code: reading.code, message: reading.message, severity }, init);
  return reading.fault === null ? [about] : [about, diagnosticOf({ ...reading.fault, otherLine: null }, init)];
}

function diagnosticOf({ line, issue, otherLine }: FoundIssue, init: DiagnosticInit): Diagnostic {
  const { start, end } = init.spans.get(issue) ?? locate(init.lines[line] ?? '', issue);
  init.spans.set(issue, { start, end });
  const fix = issue.fix === null || issue.severity === 'info' ? '' : ` ${issue.fix}`;
  return {
    range: { start: { line, character: start }, end: { line, character: end } },
    severity: severities[issue.severity],
    code: issue.code,
    codeDescription: { href: init.linkOf(issue.code) },
    source: 'Training Camp',
    message: shown(`${issue.message}${fix}`),
    data: { path: issue.path },
    ...(otherLine === null ? {} : { relatedInformation: [{ location: { uri: init.uri, range: lineRange(otherLine, init) }, message: 'The first of them' }] }),
  };
}

function aboutFile({ code, message, severity }: { code: string; message: string; severity: DiagnosticSeverity }, init: DiagnosticInit): Diagnostic {
  return { range: lineRange(0, init), severity, code, codeDescription: { href: init.linkOf(code) }, source: 'Training Camp', message: shown(message) };
}

function lineRange(line: number, { lines }: DiagnosticInit): Diagnostic['range'] {
  return { start: { line, character: 0 }, end: { line, character: (lines[line] ?? '').length } };
}

const rank: Record<Severity, number> = { error: 0, warning: 1, info: 2 };
const severities: Record<Severity, DiagnosticSeverity> = { error: DiagnosticSeverity.Error, warning: DiagnosticSeverity.Warning, info: DiagnosticSeverity.Information };
