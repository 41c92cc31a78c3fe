import { opendirSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { SetupFacts } from '../../protocol/setup.ts';
import type { Row } from './rows.ts';

// What a person has reached, as context keys: the walkthrough's steps are done by them, and welcome views read them.

export type Milestone = 'hasDatasets' | 'hasRuns' | 'hasTestedAdapters' | 'hasSessions';

export function noteFacts({ torch, model }: SetupFacts): void {
  set('isSetUp', torch !== null && model !== null);
}

/** What the folders of a workspace tell without its database, so that a walkthrough that is opened first knows it. */
export function noteFolders({ fsPath }: vscode.Uri): void {
  if (hasEntry(path.join(fsPath, '.training', 'datasets'))) noteReached('hasDatasets');
  if (hasEntry(path.join(fsPath, '.training', 'runs'))) noteReached('hasRuns');
  if (hasEntry(path.join(fsPath, 'CodeAgents', 'camp'))) noteReached('hasSessions');
}

/** Steps are shown as done from here on, also those of before. */
export function noteWalkthroughShown(): void {
  set('isWalkthroughShown', true);
}

export function noteReached(milestone: Milestone): void {
  set(milestone, true);
}

/** Rows at the top of a tree. */
export function noteRows(rows: readonly Row[]): void {
  if (rows.some(({ kind }) => kind === 'dataset')) noteReached('hasDatasets');
  if (rows.some(({ kind }) => kind === 'session')) noteReached('hasSessions');
  if (rows.some(({ kind }) => kind === 'run' || kind === 'queue')) noteReached('hasRuns');
  if (rows.some((row) => row.kind === 'agent' && row.adapters.some(({ verdict }) => verdict !== null))) noteReached('hasTestedAdapters');
}

/** One entry is enough: there may be thousands. */
function hasEntry(folder: string): boolean {
  try {
    const entries = opendirSync(folder);
    try {
      return entries.readSync() !== null;
    } finally {
      entries.closeSync();
    }
  } catch {
    // It is not there, or nobody may look into it.
    return false;
  }
}

function set(name: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', `trainingCamp.${name}`, value);
}
