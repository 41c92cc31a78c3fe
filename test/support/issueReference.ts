import { issueCodes } from '../../src/backend/datasets/formats/issues.ts';
import { fileIssueCodes } from '../../src/backend/datasets/import/fileIssues.ts';
import { editorIssueCodes } from '../../src/backend/language/jsonl/editorIssues.ts';
import { yamlIssueCodes } from '../../src/backend/language/yaml/yamlIssues.ts';

interface Entry {
  severity: string;
  sentence: string;
  fix: string | null;
}

/** docs/issues.md: a section for each code, which the editor's problems link to. */
export function issueReference(): string {
  return [
    '# Problems, code by code',
    '',
    '<!-- generated from the tables of codes by `npm run generate` -->',
    '',
    'An **error** leaves the row out; with a **warning** or an **info** it is kept.',
    '`training prepare` and the editor make the same checks.',
    '',
    ...group('Rows', issueCodes),
    ...group('Files', fileIssueCodes),
    ...group('In the editor', editorIssueCodes),
    ...group('Files of CodeAgents', yamlIssueCodes),
  ].join('\n');
}

function group(title: string, codes: Record<string, Entry>): string[] {
  return [`## ${title}`, '', ...Object.entries(codes).flatMap(([code, entry]) => section(code, entry))];
}

function section(code: string, { severity, sentence, fix }: Entry): string[] {
  return [`### ${code}`, '', `${severity[0]?.toUpperCase() ?? ''}${severity.slice(1)}. ${sentence}`, ...(fix === null ? [] : ['', fix]), ''];
}
