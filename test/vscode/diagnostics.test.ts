import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { plantedDefects } from '../support/plantedDefects.ts';
import { until } from '../support/until.ts';

const chat = (question: string, answer: string): string => JSON.stringify({ messages: [{ role: 'user', content: question }, { role: 'assistant', content: answer }] });

async function open(name: string, text: string): Promise<vscode.TextEditor> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const uri = vscode.Uri.joinPath(folder.uri, name);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  return await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
}

const problems = ({ document }: vscode.TextEditor): vscode.Diagnostic[] => vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Training Camp');
const codeOf = ({ code }: vscode.Diagnostic): unknown => (typeof code === 'object' ? code.value : code);

describe('a dataset in the editor', () => {
  it('shows its problems at their lines, with codes that link to their explanation', async () => {
    const editor = await open('broken.jsonl', [chat('a?', 'b'), chat('c?', 'd').replace(/\]\}$/, ',]}'), chat('e?', 'f').replace('user', 'usr'), chat('a?', 'b')].join('\n'));
    const found = await until('the problems', () => (problems(editor).length >= 3 ? problems(editor) : undefined));
    assert.deepEqual(found.map((one) => [one.range.start.line, codeOf(one)]), [[1, 'json_trailing_comma'], [2, 'role_unknown'], [3, 'row_duplicate']]);
    const second = found[1];
    assert.ok(second);
    assert.equal(editor.document.getText(second.range), '"usr"');
    assert.ok(typeof second.code === 'object' && second.code.target.path.endsWith('/docs/issues.md'));
    await vscode.workspace.fs.stat(second.code.target.with({ fragment: '' }));
  });

  it('is fixed by what is offered until it is clean, and has its lenses', async () => {
    const editor = await open('fixed.jsonl', [chat('a?', 'b'), chat('c?', 'd').replace(/\]\}$/, ',]}'), chat('e?', 'f').replace('user', 'usr'), chat('a?', 'b')].join('\n'));
    let before = await until('the problems', () => (problems(editor).length >= 3 ? problems(editor) : undefined));
    for (let first = before[0]; first !== undefined; first = before[0]) {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', editor.document.uri, first.range, vscode.CodeActionKind.QuickFix.value);
      const fix = actions.find(({ edit }) => edit !== undefined);
      assert.ok(fix?.edit, `nothing is offered for ${String(codeOf(first))}`);
      const count = before.length;
      assert.ok(await vscode.workspace.applyEdit(fix.edit));
      before = await until('one problem less', () => (problems(editor).length < count ? { left: problems(editor) } : undefined)).then(({ left }) => left);
    }
    assert.equal(editor.document.getText(), [chat('a?', 'b'), chat('c?', 'd'), chat('e?', 'f')].join('\n'));
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', editor.document.uri);
    const commands = await vscode.commands.getCommands(true);
    const named = lenses.map(({ command }) => command?.command ?? '').filter((command) => command.startsWith('trainingCamp.'));
    assert.deepEqual(named, ['trainingCamp.files.prepare', 'trainingCamp.files.train', 'trainingCamp.files.inspect']);
    for (const command of named) assert.ok(commands.includes(command), `${command} does not exist`);
  });

  it('of 100,000 lines shows all of 1,000 planted defects and can be typed in', async () => {
    const { text, lines } = plantedDefects(100_000);
    let openedAt = 0;
    let firstAt = 0;
    const isOurs = ({ path }: vscode.Uri) => path.endsWith('/long.jsonl');
    const listeners = [
      vscode.workspace.onDidOpenTextDocument(({ uri }) => (openedAt = isOurs(uri) ? performance.now() : openedAt)),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => (firstAt = firstAt === 0 && uris.some((uri) => isOurs(uri) && vscode.languages.getDiagnostics(uri).length > 0) ? performance.now() : firstAt)),
    ];
    const asked = performance.now();
    const editor = await open('long.jsonl', text);
    const found = await until('every problem', () => {
      const now = problems(editor);
      return now.length === lines.length ? now : undefined;
    }, 90_000);
    for (const listener of listeners) listener.dispose();
    assert.deepEqual(found.map(({ range }) => range.start.line).sort((left, right) => left - right), lines);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    for (let key = 0; key < 50; key += 1) {
      const isDone = await editor.edit((edit) => edit.insert(new vscode.Position(50_000, 40 + key), 'x'), { undoStopBefore: false, undoStopAfter: false });
      assert.ok(isDone);
    }
    delay.disable();
    console.log(`100,000 lines: open ${(openedAt - asked).toFixed(0)} ms after it was written and opened, first problems ${(firstAt - openedAt).toFixed(0)} ms after that; event loop of the host while typing: p50 ${(delay.percentile(50) / 1e6).toFixed(1)} ms, p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, max ${(delay.max / 1e6).toFixed(1)} ms`);
  }).timeout(180_000);
});
