import * as vscode from 'vscode';
import type { SetupFacts } from '../../protocol/setup.ts';
import type { Row } from './rows.ts';

// What a person has reached, as context keys: the walkthrough's steps are done by them, and welcome views read them.

export function noteFacts({ torch, model }: SetupFacts): void {
  set('isSetUp', torch !== null && model !== null);
}

/** Rows at the top of a tree. */
export function noteRows(rows: readonly Row[]): void {
  if (rows.some(({ kind }) => kind === 'dataset')) set('hasDatasets', true);
  if (rows.some(({ kind }) => kind === 'session')) set('hasSessions', true);
  if (rows.some(({ kind }) => kind === 'run' || kind === 'queue')) set('hasRuns', true);
  if (rows.some((row) => row.kind === 'agent' && row.adapters.some(({ verdict }) => verdict !== null))) set('hasTestedAdapters', true);
}

function set(name: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', `trainingCamp.${name}`, value);
}
