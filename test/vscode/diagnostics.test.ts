import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until.ts';

const chat = (question: string, answer: string): string => JSON.stringify({ messages: [{ role: 'user', content: question }, { role: 'assistant', content: answer }] });

async function open(name: string, lines: string[]): Promise<vscode.TextDocument> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const uri = vscode.Uri.joinPath(folder.uri, name);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(`${lines.join('\n')}\n`));
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

const problems = (document: vscode.TextDocument) => vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Training Camp');

describe('a dataset in the editor', () => {
  it('shows its problems at their lines, with codes that link to their explanation', async () => {
    const document = await open('broken.jsonl', [chat('a?', 'b'), chat('c?', 'd').replace(/\]\}$/, ',]}'), chat('e?', 'f').replace('user', 'usr'), chat('a?', 'b')]);
    const found = await until('the problems', () => (problems(document).length >= 3 ? problems(document) : undefined));
    assert.deepEqual(found.map(({ range, code }) => [range.start.line, typeof code === 'object' ? code.value : code]), [[1, 'json_trailing_comma'], [2, 'role_unknown'], [3, 'row_duplicate']]);
    const second = found[1];
    assert.ok(second);
    assert.equal(document.getText(second.range), '"usr"');
    assert.ok(typeof second.code === 'object' && second.code.target.path.endsWith('/docs/issues.md'));
  });
});
