import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { longRequest } from './longRequest.ts';
import { testReport } from './testReport.ts';

/** Compares an adapter with its base on rows that no run saw, and opens the report. */
export async function testAdapter(app: App, adapter: string): Promise<void> {
  const result = await longRequest(app, { title: 'Testing the adapter against its base', method: 'adapters/test', params: { adapter } });
  const { uri } = await app.documents.show(`Test of ${result.adapter.name}.md`, testReport(result));
  await vscode.commands.executeCommand('markdown.showPreview', uri);
}
