import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { DatasetSummary } from '../../src/protocol/datasets.ts';
import { datasetIdSchema } from '../../src/protocol/ids.ts';
import { DatasetsSource } from '../../src/extension/views/datasetsSource.ts';
import { windowApp } from './window.ts';

/** What a name could do if a place of the editor read it as anything but text. */
const hostile = [
  '[click](command:workbench.action.closeWindow)',
  '**bold** _it_ `code` # head',
  '<img src=x onerror=alert(1)><script>1</script>',
  '$(trash) $(sync~spin)',
  '\u001b[31mred\u001b[0m\u0007',
  'abc\u202etxt.exe\u2066',
  '![x](https://example.com/x.png)',
  'line one\nline two\r\n| table |\n| --- |',
  '&lt;b&gt; &amp;',
  'x'.repeat(5000),
];

function dataset(name: string): DatasetSummary {
  return { id: datasetIdSchema.parse('ds_hostile'), name, version: 1, format: 'text', rows: 1, splits: { train: 1, validation: 0, test: 0 }, tokens: 1, quality: null, grader: 'none', sha256: '', path: '/', created: '2026-01-01T00:00:00.000Z' };
}

describe('hostile names', () => {
  for (const [index, name] of hostile.entries()) {
    it(`stay text in a tree: ${String(index + 1)}`, async () => {
      const source = new DatasetsSource((await windowApp()).backend);
      const row = { kind: 'dataset', key: 'k', dataset: dataset(name) } as const;
      const item = source.item(row);
      const label = typeof item.label === 'string' ? item.label : '';
      assert.notEqual(label, '');
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
      assert.doesNotMatch(html, /<(img|script|table|em|code|h1)\b|href="(?!https:\/\/example\.com)/);
    });
  }
});
