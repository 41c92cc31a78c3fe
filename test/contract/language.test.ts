import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CodeAction, CodeLens, CompletionItem, Diagnostic, Hover, PublishDiagnosticsParams, TextEdit } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokenLines } from '../support/brokenLines.ts';
import { startBackend, type BackendUnderTest } from '../support/backendClient.ts';
import { until } from '../support/until.ts';
import { checkText } from '../../src/backend/language/jsonl/datasetCheck.ts';

// The backend as an editor drives it: files are opened and changed, problems and fixes come back.

let folder = '';
let backend: BackendUnderTest;
const published = new Map<string, PublishDiagnosticsParams>();

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'language-'));
  mkdirSync(path.join(folder, 'workspace', 'CodeAgents'), { recursive: true });
  backend = await startBackend(path.join(folder, 'workspace'), { TRAINING_CAMP_HOME: path.join(folder, 'home') });
  backend.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => void published.set(params.uri, params));
});
afterAll(async () => {
  await backend.end();
  rmSync(folder, { recursive: true, force: true });
});

/** An open file, as the editor keeps it. */
class Opened {
  readonly uri: string;
  document: TextDocument;

  constructor(name: string, languageId: string, text: string) {
    this.uri = pathToFileURL(path.join(folder, 'workspace', name)).href;
    this.document = TextDocument.create(this.uri, languageId, 1, text);
    void backend.connection.sendNotification('textDocument/didOpen', { textDocument: { uri: this.uri, languageId, version: 1, text } });
  }

  async edit(edits: readonly TextEdit[]): Promise<void> {
    const changes = [...edits].sort((left, right) => right.range.start.line - left.range.start.line || right.range.start.character - left.range.start.character).map(({ range, newText }) => ({ range, text: newText }));
    this.document = TextDocument.update(this.document, changes, this.document.version + 1);
    await backend.connection.sendNotification('textDocument/didChange', { textDocument: { uri: this.uri, version: this.document.version }, contentChanges: changes });
  }

  /** The problems of the version that is open now, once they have settled. */
  async problems(isSettled: (diagnostics: Diagnostic[]) => boolean = () => true): Promise<Diagnostic[]> {
    return await until('the problems', () => {
      const last = published.get(this.uri);
      return last?.version === this.document.version && isSettled(last.diagnostics) ? last.diagnostics : undefined;
    });
  }

  async actions(diagnostic: Diagnostic): Promise<CodeAction[]> {
    return await backend.connection.sendRequest('textDocument/codeAction', { textDocument: { uri: this.uri }, range: diagnostic.range, context: { diagnostics: [diagnostic] } });
  }

  editsOf(action: CodeAction | undefined): TextEdit[] {
    return action?.edit?.changes?.[this.uri] ?? [];
  }
}

const chat = (question: string): string => JSON.stringify({ messages: [{ role: 'user', content: question }, { role: 'assistant', content: `${question}!` }] });

describe('a dataset', () => {
  test('is told its problems, fixed by what is offered, and told that nothing is left', async () => {
    const file = new Opened('fix.jsonl', 'jsonl', [chat('a'), chat('b').replace(']}', ',]}'), chat('c').replace('user', 'usr'), chat('a')].join('\n'));
    const first = await file.problems();
    expect(first.map(({ code, range }) => [code, range.start.line])).toEqual([['json_trailing_comma', 1], ['role_unknown', 2], ['row_duplicate', 3]]);
    for (let left = first; left.length > 0; left = await file.problems()) {
      const [diagnostic] = left;
      const [action] = diagnostic === undefined ? [] : await file.actions(diagnostic);
      expect(file.editsOf(action), JSON.stringify(diagnostic)).not.toEqual([]);
      await file.edit(file.editsOf(action));
    }
    expect(file.document.getText()).toBe([chat('a'), chat('b'), chat('c')].join('\n'));
  });

  test('is fixed at once where everything is safe', async () => {
    const file = new Opened('all.jsonl', 'jsonl', [chat('a'), chat('b').replace(']}', ',]}'), '{}', chat('c').replace(']}', ',]}'), chat('a')].join('\n'));
    await file.problems();
    const [action] = await backend.connection.sendRequest<CodeAction[]>('textDocument/codeAction', { textDocument: { uri: file.uri }, range: { start: { line: 0, character: 0 }, end: { line: 5, character: 0 } }, context: { diagnostics: [], only: ['source.fixAll'] } });
    const resolved = await backend.connection.sendRequest<CodeAction>('codeAction/resolve', action);
    await file.edit(file.editsOf(resolved));
    expect(await file.problems()).toEqual([]);
    expect(file.document.getText()).toBe([chat('a'), chat('b'), chat('c')].join('\n'));
  });

  test('has a secret shown at its place, masked, and replaced by what it is', async () => {
    const secret = `ghp_${'aB3dE5gH7'.repeat(4)}`;
    const file = new Opened('secret.jsonl', 'jsonl', [chat('a'), chat(`Use "${secret}" for it, not sk-...`)].join('\n'));
    const found = await file.problems();
    const texts = found.map(({ range }) => file.document.getText(range));
    // The question stands in the answer again.
    expect(found.map(({ code, severity, range }) => [code, severity, range.start.line])).toEqual([['text_secret', 2, 1], ['text_secret', 2, 1]]);
    expect(texts).toEqual([secret, secret]);
    expect(found[0]?.message).toContain('GitHub token, ghp_… (40 characters)');
    expect(JSON.stringify(found)).not.toContain(secret.slice(-8));
    for (const diagnostic of found) {
      const [action] = await file.actions(diagnostic);
      await file.edit(file.editsOf(action));
      await file.problems();
    }
    expect(file.document.getText()).toBe([chat('a'), chat('Use "[GitHub token]" for it, not sk-...')].join('\n'));
  });

  test.each([1, 2, 3])('that was changed in a hundred places has the problems of its text (seed %i)', async (seed) => {
    const file = new Opened(`edits-${String(seed)}.jsonl`, 'jsonl', brokenLines({ seed, rows: 300 }));
    const pieces = brokenLines({ seed: seed + 100, rows: 40 }).split('\n');
    let state = seed;
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % below;
    };
    for (let edit = 0; edit < 100; edit += 1) {
      const line = random(file.document.lineCount);
      const end = Math.min(file.document.lineCount - 1, line + random(3));
      const newText = random(3) === 0 ? '' : random(2) === 0 ? `${pieces[random(pieces.length)] ?? ''}\n${pieces[random(pieces.length)] ?? ''}` : '"';
      await file.edit([{ range: { start: { line, character: random(20) }, end: { line: end, character: end === line ? 25 : random(20) } }, newText }]);
    }
    const wanted = checkText(file.document.getText()).diagnostics.map(({ code, range }) => [code, range.start]);
    await until('the problems of the whole text', () => {
      const last = published.get(file.uri);
      return last?.version === file.document.version && JSON.stringify(last.diagnostics.map(({ code, range }) => [code, range.start])) === JSON.stringify(wanted);
    });
  });

  test('of no known format gets one hint and no more', async () => {
    const file = new Opened('log.jsonl', 'jsonl', '{"level":"info","time":1}\n{"level":"warn","time":2}\nnot json\n');
    const found = await file.problems();
    expect(found.map(({ code, severity }) => [code, severity])).toEqual([['format_none', 4]]);
  });

  test('has lenses', async () => {
    const file = new Opened('lens.jsonl', 'jsonl', chat('a'));
    const lenses = await backend.connection.sendRequest<CodeLens[]>('textDocument/codeLens', { textDocument: { uri: file.uri } });
    expect(lenses.map(({ command }) => command?.title.replace(/^\$\([^)]*\) /, ''))).toEqual(['Prepare', 'Train', 'Inspect tokens']);
    expect(lenses.map(({ command }): unknown => command?.arguments)).toEqual([[file.uri], [file.uri], [file.uri]]);
  });

  test('of 30,000 lines leaves the backend free to answer while it is checked', async () => {
    const lines = Array.from({ length: 30_000 }, (_value, index) => (index % 100 === 99 ? chat(String(index)).replace(']}', ',]}') : chat(String(index))));
    const file = new Opened('long.jsonl', 'jsonl', lines.join('\n'));
    await backend.request('workspace/status', {});
    const found = await file.problems((diagnostics) => diagnostics.length === 300);
    expect(found.map(({ range }) => range.start.line)).toEqual(Array.from({ length: 300 }, (_value, index) => index * 100 + 99));
  });

  test('loses its problems when it is closed', async () => {
    const file = new Opened('closed.jsonl', 'jsonl', '{"messages":[]}\n'.repeat(2));
    await until('the problems', () => published.has(file.uri));
    await backend.connection.sendNotification('textDocument/didClose', { textDocument: { uri: file.uri } });
    await until('none', () => published.get(file.uri)?.diagnostics.length === 0);
  });

  test('shows what a file says as plain text', async () => {
    const hostile = '<img src=x onerror=alert(1)> [x](command:a) \u202e\u200b\u0007';
    const file = new Opened('hostile.jsonl', 'jsonl', `${chat('a')}\n${JSON.stringify({ messages: [{ role: hostile, content: 'x' }, { role: 'assistant', content: 'y' }], [hostile]: 1 })}`);
    const found = await file.problems();
    expect(found.length).toBeGreaterThan(0);
    for (const { message } of found) {
      expect(typeof message).toBe('string');
      expect(message).not.toMatch(/[\u0000-\u001f\u200b\u202e]/);
    }
  });
});

describe('an agent', () => {
  test('is checked, completed, explained and can be asked', async () => {
    const file = new Opened('CodeAgents/Helper/agent.yaml', 'yaml', 'name: Helper\nversion: one\n');
    const found = await file.problems();
    expect(found.map(({ code }) => code)).toContain('value_invalid');
    const place = { textDocument: { uri: file.uri }, position: { line: 2, character: 0 } };
    expect((await backend.connection.sendRequest<CompletionItem[]>('textDocument/completion', place)).map(({ label }) => label)).toContain('owner');
    expect((await backend.connection.sendRequest<Hover>('textDocument/hover', { ...place, position: { line: 1, character: 2 } })).contents).toMatchObject({ kind: 'plaintext' });
    expect((await backend.connection.sendRequest<CodeLens[]>('textDocument/codeLens', place)).map(({ command }) => command?.command)).toEqual(['trainingCamp.files.ask']);
  });
});
