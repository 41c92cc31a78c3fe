import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMessageConnection, ProgressType, ResponseError, StreamMessageReader, StreamMessageWriter, type CancellationToken, type MessageConnection } from 'vscode-jsonrpc/node';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { findEditorModel, type Editor } from '../../../src/backend/providers/editor/editorModel.ts';
import { editorOver } from '../../../src/backend/server/editorConnection.ts';
import { editorChatParamsSchema, editorEnvelopeSchema, type EditorChatParams } from '../../../src/protocol/editorModels.ts';
import { request } from '../../support/modelServer/client.ts';

// The backend's end of the connection over real streams; the test is the editor's end.

let editorEnd: MessageConnection;
let editor: Editor;
let stop: () => void;
const { signal } = new AbortController();
const models = [{ id: 'copilot/gpt', family: 'gpt', vendor: 'copilot', name: 'GPT', maxInputTokens: 64_000 }];

beforeEach(() => {
  const up = new PassThrough();
  const down = new PassThrough();
  const connection = createConnection(ProposedFeatures.all, new StreamMessageReader(up), new StreamMessageWriter(down));
  connection.listen();
  editorEnd = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  editorEnd.onRequest('training/editor/chatModels', () => ({ models }));
  editorEnd.listen();
  editor = editorOver(connection);
  stop = () => {
    editorEnd.dispose();
    connection.dispose();
  };
});
afterEach(() => stop());

function answering(answer: (params: EditorChatParams, say: (text: string) => Promise<void>, token: CancellationToken) => Promise<unknown>): void {
  editorEnd.onRequest('training/editor/chat', async (raw: unknown, token: CancellationToken) => {
    const { params, progressToken } = editorEnvelopeSchema.parse(raw);
    return await answer(editorChatParamsSchema.parse(params), async (text) => await editorEnd.sendProgress(new ProgressType<string>(), progressToken, text), token);
  });
}

it('answers by a model of VS Code, streamed, with no cost told', async () => {
  answering(async ({ family, messages }, say) => {
    await say('Hel');
    await say('lo');
    return { text: 'Hello', toolCalls: [{ id: 'c1', type: 'function', function: { name: 'greet', arguments: { to: family } } }], model: JSON.stringify(messages[0]?.content) };
  });
  const model = await findEditorModel(editor, 'gpt', signal);
  expect(model).toMatchObject({ reference: 'vscode:gpt', label: 'GPT (VS Code, copilot)', isLocal: false, price: null });
  const shown: string[] = [];
  const answer = await model.chat(request('hi', { responseSchema: { name: 'x', schema: { type: 'object' } } }), { signal, onText: (text) => void shown.push(text) });
  expect(answer).toMatchObject({ text: 'Hello', stop: 'toolCalls', costUsd: null, toolCalls: [{ function: { arguments: { to: 'gpt' } } }] });
  // It takes no schema, so it is asked to follow one.
  expect(answer.model).toContain('JSON Schema');
  expect(shown).toEqual(['Hel', 'lo']);
});

it('keeps the editor’s own words where it refuses', async () => {
  answering(async () => await Promise.reject(new ResponseError(-32803, 'no', { code: 'editor_consent_missing', message: 'VS Code did not let it.', hint: 'Allow it.' })));
  const model = await findEditorModel(editor, 'gpt', signal);
  await expect(model.chat(request('hi'), { signal, onText: () => undefined })).rejects.toMatchObject({ code: 'editor_consent_missing', hint: 'Allow it.' });
});

it('ends with the caller’s reason when it is aborted, and the editor is told', async () => {
  const abort = new AbortController();
  const reason = new Error('enough');
  const told = new Promise<void>((resolve) => {
    answering(async (_params, say, token) => {
      const cancelled = new Promise<void>((done) => token.onCancellationRequested(() => done()));
      await say('one');
      await cancelled;
      resolve();
      return { text: 'one', toolCalls: [], model: 'gpt' };
    });
  });
  const model = await findEditorModel(editor, 'gpt', signal);
  await expect(model.chat(request('hi'), { signal: abort.signal, onText: () => abort.abort(reason) })).rejects.toBe(reason);
  await told;
});

it('says what there is where a model is not, and outside of an editor', async () => {
  await expect(findEditorModel(editor, 'gone', signal)).rejects.toMatchObject({ code: 'model_not_found', hint: 'It has: gpt.' });
  await expect(findEditorModel(null, 'gpt', signal)).rejects.toMatchObject({ code: 'model_not_found' });
});
