import { randomUUID } from 'node:crypto';
import { CancellationTokenSource, ProgressType, ResponseError, type Connection } from 'vscode-languageserver/node';
import { z } from 'zod';
import { errorDocumentSchema, wirePrefix } from '../../protocol/contract.ts';
import { editorRequests, type EditorRequestName } from '../../protocol/editorModels.ts';
import { failure } from '../../protocol/errors.ts';
import type { Editor } from '../providers/editor/editorModel.ts';

const textType = new ProgressType<unknown>();
const textSchema = z.string();

/** The editor at the other end of the connection, which answers the requests of editorModels.ts. */
export function editorOver(connection: Connection): Editor {
  return {
    chatModels: async (signal) => (await ask(connection, 'editor/chatModels', {}, { signal, onText: () => undefined })).models,
    chat: async (params, options) => await ask(connection, 'editor/chat', params, options),
  };
}

type Answer<Name extends EditorRequestName> = z.output<(typeof editorRequests)[Name]['result']>;

async function ask<Name extends EditorRequestName>(connection: Connection, name: Name, params: unknown, options: { signal: AbortSignal; onText: (text: string) => void }): Promise<Answer<Name>> {
  options.signal.throwIfAborted();
  const cancel = new CancellationTokenSource();
  const onAbort = () => cancel.cancel();
  options.signal.addEventListener('abort', onAbort, { once: true });
  const progressToken = randomUUID();
  const progress = connection.onProgress(textType, progressToken, (piece) => options.onText(textSchema.parse(piece)));
  try {
    const raw: unknown = await connection.sendRequest(wirePrefix + name, { params, progressToken }, cancel.token);
    // A model that was stopped ends its answer as if it were whole.
    options.signal.throwIfAborted();
    return editorRequests[name].result.parse(raw) as Answer<Name>;
  } catch (error) {
    options.signal.throwIfAborted();
    throw explain(error);
  } finally {
    options.signal.removeEventListener('abort', onAbort);
    progress.dispose();
    cancel.dispose();
  }
}

function explain(error: unknown): unknown {
  if (!(error instanceof ResponseError)) return error;
  const document = errorDocumentSchema.safeParse(error.data);
  if (!document.success) return failure('editor_models_failed', 'The editor could not ask its language model.', { cause: error });
  const { code, message, hint } = document.data;
  return failure(code, message, hint === undefined ? {} : { hint });
}
