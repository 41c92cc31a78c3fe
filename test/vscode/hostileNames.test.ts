import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { DatasetSummary } from '../../src/protocol/datasets.ts';
import { datasetIdSchema } from '../../src/protocol/ids.ts';
import { DatasetsSource } from '../../src/extension/views/datasetsSource.ts';
import { hostileTexts } from '../support/hostileTexts.ts';
import { windowApp } from './window.ts';

function dataset(name: string): DatasetSummary {
  return { id: datasetIdSchema.parse('ds_hostile'), name, version: 1, format: 'text', rows: 1, splits: { train: 1, validation: 0, test: 0 }, tokens: 1, quality: null, grader: 'none', sha256: '', path: '/', created: '2026-01-01T00:00:00.000Z' };
}

describe('hostile names', () => {
  it('stay text in a tree and its tooltips, five hundred of them', async () => {
    const source = new DatasetsSource((await windowApp()).backend);
    for (const name of hostileTexts) {
      const row = { kind: 'dataset', key: 'k', dataset: dataset(name) } as const;
      const item = source.item(row);
      const label = typeof item.label === 'string' ? item.label : '';
      assert.notEqual(label, '', name);
      assert.doesNotMatch(label, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      assert.ok(label.length <= 121);
      const tooltip = source.tooltip(row);
      assert.ok(tooltip instanceof vscode.MarkdownString);
      assert.notEqual(tooltip.isTrusted, true);
      assert.notEqual(tooltip.supportHtml, true);
      assert.notEqual(tooltip.supportThemeIcons, true);
      const html: unknown = await vscode.commands.executeCommand('markdown.api.render', tooltip.value);
      assert.ok(typeof html === 'string');
      // A bare address may become a link to what it says; nothing else is read as markup.
      assert.doesNotMatch(html, /<(img|script|table|em|code|h1)\b|href="(?!https:\/\/evil\.example)/i, name);
    }
  }).timeout(60_000);
});
