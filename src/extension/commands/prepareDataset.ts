import path from 'node:path';
import * as vscode from 'vscode';
import { count, counted, shortCount } from '../../common/figures.ts';
import { datasetNamePattern, datasetNameRule, type PrepareResult } from '../../protocol/datasets.ts';
import type { App } from '../app.ts';
import { labelText } from '../inertText.ts';
import { confirm } from './confirm.ts';
import { longRequest } from './longRequest.ts';
import { showWithRepairs } from './problem.ts';

const extensions = ['jsonl', 'ndjson', 'json', 'csv', 'tsv', 'parquet', 'txt', 'gz'];

/** Shows what importing files would keep and what is wrong with them, and imports them when that is confirmed. */
export async function prepareDataset(app: App, clicked: unknown, selected: unknown): Promise<void> {
  const paths = await choosePaths(app, clicked, selected);
  const plan = await longRequest(app, { title: 'Looking through the rows', method: 'datasets/prepare', params: { paths, plan: true } });
  const name = await confirmPlan(app, plan);
  const result = await longRequest(app, { title: 'Importing', method: 'datasets/prepare', params: { paths, ...name } });
  if (result.dataset === null) return;
  app.views.datasets.refresh();
  showWithRepairs('information', `${counted(result.rows.kept, 'row')} are in the dataset “${result.dataset.name}”.`, [
    { title: 'Train', command: 'trainingCamp.datasets.train', arguments: [result.dataset.id] },
    { title: 'Open', command: 'trainingCamp.datasets.open', arguments: [result.dataset.id] },
  ]);
}

/** Files of the explorer's menu, the editor's own, or what a person chooses. */
async function choosePaths(app: App, clicked: unknown, selected: unknown): Promise<string[]> {
  const all: unknown[] = Array.isArray(selected) ? selected : [];
  const given = [...all, clicked].filter((one) => one instanceof vscode.Uri);
  if (given.length > 0) return [...new Set(given.map(({ fsPath }) => fsPath))];
  const active = vscode.window.activeTextEditor?.document;
  if (active !== undefined && active.uri.scheme === 'file' && isDataFile(active.uri.fsPath)) {
    await active.save();
    const other = 'Other files…';
    const name = path.basename(active.uri.fsPath);
    const picked = await vscode.window.showQuickPick([{ label: labelText(name), isActive: true }, { label: other, isActive: false }], { title: 'Prepare which file?' });
    if (picked === undefined) throw new vscode.CancellationError();
    if (picked.isActive) return [active.uri.fsPath];
  }
  const chosen = await vscode.window.showOpenDialog({ canSelectMany: true, defaultUri: app.backend.folder, openLabel: 'Prepare', title: 'Files with rows', filters: { 'Rows': extensions, 'All files': ['*'] } });
  if (chosen === undefined || chosen.length === 0) throw new vscode.CancellationError();
  return chosen.map(({ fsPath }) => fsPath);
}

function isDataFile(file: string): boolean {
  return extensions.includes(path.extname(file).slice(1).toLowerCase());
}

/** The plan, in a quick-pick whose first line imports. Answers the dataset's name where it is not the files' own. */
async function confirmPlan(app: App, plan: PrepareResult): Promise<{ name?: string }> {
  if (plan.rows.kept === 0) {
    await showIssues(app, plan);
    throw new vscode.CancellationError();
  }
  const proceed = { label: '$(check) Import', description: `${counted(plan.rows.kept, 'row')} under the file’s name`, act: 'import' as const };
  const rename = { label: '$(edit) Import under another name', description: '', act: 'rename' as const };
  const issues = { label: '$(warning) Show what is wrong', description: counted(sum(plan.issueCounts), 'finding'), act: 'issues' as const };
  const facts = planFacts(plan).map(([label, description]) => ({ label, description, act: 'import' as const }));
  for (;;) {
    const picked = await vscode.window.showQuickPick(
      [proceed, rename, ...(sum(plan.issueCounts) === 0 ? [] : [issues]), { label: 'What would be imported', kind: vscode.QuickPickItemKind.Separator, description: '', act: 'import' as const }, ...facts],
      { title: 'Nothing is written yet', placeHolder: 'What importing would do', ignoreFocusOut: true },
    );
    if (picked === undefined) throw new vscode.CancellationError();
    if (picked.act === 'issues') {
      await showIssues(app, plan);
      await confirm({ question: 'Import the rows that are good?', detail: `${counted(plan.rows.kept, 'row')} would be kept; the list of findings stays open.`, action: 'Import' });
      return {};
    }
    if (picked.act === 'import') return {};
    const typed = await vscode.window.showInputBox({ title: 'Name of the dataset', prompt: 'A dataset that has this name gets a new version.', ignoreFocusOut: true, validateInput: (text) => (datasetNamePattern.test(text.trim()) ? undefined : datasetNameRule) });
    if (typed !== undefined) return { name: typed.trim() };
  }
}

export function planFacts({ format, rows, splits, quality, tokens }: PrepareResult): [string, string][] {
  const dropped: [number, string][] = [[rows.invalid, 'not usable'], [rows.duplicates, 'the same as another'], [rows.nearDuplicates, 'almost the same as another'], [rows.lowQuality, 'below the quality asked for']];
  return [
    ['Format', format],
    ['Rows', `${count(rows.kept)} of ${count(rows.read)} kept`],
    ...dropped.flatMap(([number, why]): [string, string][] => (number === 0 ? [] : [['Left out', `${count(number)} ${why}`]])),
    ['Splits', `${count(splits.train)} train, ${count(splits.validation)} validation, ${count(splits.test)} test`],
    ['Tokens', `about ${shortCount(tokens.estimated)}`],
    ['Quality', quality.mean === null ? 'not known' : `${quality.mean.toFixed(1)} of 10`],
  ];
}

/** The findings as plain text, one a line: file, line, code and sentence. */
async function showIssues(app: App, plan: PrepareResult): Promise<void> {
  const counts = Object.entries(plan.issueCounts).map(([code, number]) => `${String(number)} × ${code}`);
  const lines = plan.issues.map((issue) => `${issue.file}${issue.line === null ? '' : `:${String(issue.line)}`}  ${issue.severity}  ${issue.code}  ${issue.message}`);
  await app.documents.show('Findings.txt', [...counts, '', ...lines, ''].join('\n'));
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, one) => total + one, 0);
}
