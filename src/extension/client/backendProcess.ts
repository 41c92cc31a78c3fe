import path from 'node:path';
import * as vscode from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, LSPErrorCodes, ProgressType, ResponseError, RevealOutputChannelOn, State, TransportKind, type LanguageClientOptions, type ServerOptions } from 'vscode-languageclient/node';
import { isNodeApiEnough } from '../../common/nodeApi.ts';
import { changedSchema, errorDocumentSchema, notifications, wirePrefix, type Changed, type MethodName, type NotificationParams, type ParamsInput, type Progress, type Result } from '../../protocol/contract.ts';
import { editorChatParamsSchema, editorEnvelopeSchema } from '../../protocol/editorModels.ts';
import { visibleLinesNotification, type VisibleLines } from '../../protocol/openFiles.ts';
import { askEditorModel, editorModels } from '../models/languageModels.ts';
import { backendEnvironment } from '../settings.ts';
import type { BackendInit, RequestOptions } from './backend.ts';
import { BackendError } from './backendError.ts';
import { checkedFiles } from './openFiles.ts';
import { RestartPolicy } from './restartPolicy.ts';

const progressType = new ProgressType<Progress>();
const textType = new ProgressType<string>();

export interface LaunchInit extends BackendInit {
  onRunning: () => void;
  onChanged: (changed: Changed) => void;
  onNotice: (text: string) => void;
  onStoreFailed: (error: NotificationParams<'storeFailed'>['error']) => void;
  onStopped: (willRestart: boolean) => void;
}

/** A backend that runs, or is being started again. */
export interface BackendProcess {
  request<Name extends MethodName>(name: Name, params: ParamsInput<Name>, options: RequestOptions): Promise<Result<Name>>;
  /** The same for params that were checked where they came in. */
  requestAny(name: MethodName, params: unknown, options: RequestOptions): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts the backend as a language server and waits until it answers. */
export async function launchBackend(init: LaunchInit): Promise<BackendProcess> {
  if (!isNodeApiEnough(process.versions['napi'])) throw editorTooOld();
  const policy = new RestartPolicy(() => performance.now());
  const client = new LanguageClient('trainingCamp', 'Training Camp', serverOptions(init), clientOptions(init, policy));
  client.onDidChangeState(({ newState }) => {
    if (newState !== State.Running) return;
    policy.noteRunning();
    handingOver = handOverKeys(client, init);
    init.onRunning();
  });
  let handingOver = Promise.resolve();
  listen(client, init);
  answerEditorRequests(client);
  await client.start();
  await handingOver;
  const seen = vscode.window.onDidChangeTextEditorVisibleRanges((event) => tellVisibleLines(client, event));
  return {
    // Both ends are built together from one contract; the test of the round trip parses results.
    request: <Name extends MethodName>(name: Name, params: ParamsInput<Name>, options: RequestOptions) => send<Result<Name>>(client, name, params, options),
    requestAny: (name, params, options) => send<unknown>(client, name, params, options),
    stop: async () => {
      seen.dispose();
      await client.dispose();
    },
  };
}

/** The backend would end without a word: it is the editor's own Node that runs it. */
function editorTooOld(): BackendError {
  return new BackendError({
    code: 'editor_too_old',
    message: `The Node of this editor (${process.version}) is too old for Training Camp: 22.14 or later is needed.`,
    hint: 'Update the editor. On a remote machine its server is updated with it.',
  });
}

/** The editor's own Node runs the bundle: nothing from the workspace or its settings is executed, and no path is theirs. */
function serverOptions({ extensionPath }: LaunchInit): ServerOptions {
  return {
    command: process.execPath,
    args: [path.join(extensionPath, 'dist', 'backend.mjs')],
    transport: TransportKind.stdio,
    options: { env: { ...process.env, ...backendEnvironment(), ELECTRON_RUN_AS_NODE: '1' } },
  };
}

function clientOptions(init: LaunchInit, policy: RestartPolicy): LanguageClientOptions {
  const { log, folder } = init;
  return {
    outputChannel: log.channel,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: { workspace: folder.fsPath },
    documentSelector: checkedFiles.map(({ language, glob }) => ({ scheme: 'file', language, pattern: { baseUri: folder.toString(), pattern: glob } })),
    initializationFailedHandler: () => false,
    errorHandler: {
      error: (_error, _message, count) => ({ action: (count ?? 0) <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown, handled: true }),
      closed: () => {
        const willRestart = policy.mayRestart();
        log.warn(willRestart ? 'The backend ended; it is started again.' : 'The backend ended again and again; it is not started any more.');
        init.onStopped(willRestart);
        return { action: willRestart ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
      },
    },
  };
}

function listen(client: LanguageClient, init: LaunchInit): void {
  client.onNotification(`${wirePrefix}changed`, (raw) => init.onChanged(changedSchema.parse(raw)));
  client.onNotification(`${wirePrefix}notice`, (raw) => init.onNotice(notifications.notice.parse(raw).text));
  client.onNotification(`${wirePrefix}storeFailed`, (raw) => init.onStoreFailed(notifications.storeFailed.parse(raw).error));
}

/** Keys live in the editor's secret storage and in the backend's memory. A start without them is better than none. */
async function handOverKeys(client: LanguageClient, { keys, log }: LaunchInit): Promise<void> {
  try {
    const all = await keys.all();
    if (all.length > 0) await send(client, 'secrets/provide', { keys: all }, {});
  } catch (error) {
    log.warn(`The keys of providers could not be handed over: ${error instanceof BackendError ? error.document.code : 'the secret storage failed'}`);
  }
}

/** What the backend asks this editor: its own language models. */
function answerEditorRequests(client: LanguageClient): void {
  client.onRequest(`${wirePrefix}editor/chatModels`, async () => ({ models: await editorModels() }));
  client.onRequest(`${wirePrefix}editor/chat`, async (raw: unknown, token: vscode.CancellationToken) => {
    const { params, progressToken } = editorEnvelopeSchema.parse(raw);
    try {
      return await askEditorModel(editorChatParamsSchema.parse(params), token, (text) => void client.sendProgress(textType, progressToken, text));
    } catch (error) {
      return error instanceof BackendError ? new ResponseError(LSPErrorCodes.RequestFailed, error.message, error.document) : new ResponseError(LSPErrorCodes.RequestFailed, String(error));
    }
  });
}

/** Only a long file is still being checked when someone has scrolled. */
function tellVisibleLines(client: LanguageClient, { textEditor: { document }, visibleRanges }: vscode.TextEditorVisibleRangesChangeEvent): void {
  if (document.languageId !== 'jsonl' || document.lineCount < longFileLines || client.state !== State.Running) return;
  const params: VisibleLines = { uri: client.code2ProtocolConverter.asUri(document.uri), ranges: visibleRanges.map(({ start, end }) => ({ from: start.line, to: end.line })) };
  void client.sendNotification(visibleLinesNotification, params);
}

const longFileLines = 5000;
let nextToken = 0;

async function send<Answer>(client: LanguageClient, name: MethodName, params: unknown, { token, onProgress }: RequestOptions): Promise<Answer> {
  nextToken += 1;
  const progressToken = `${name}#${String(nextToken)}`;
  const subscription = onProgress === undefined ? undefined : client.onProgress(progressType, progressToken, onProgress);
  try {
    const raw = { params, ...(onProgress === undefined ? {} : { progressToken }) };
    return await client.sendRequest<Answer>(wirePrefix + name, raw, ...(token === undefined ? [] : [token]));
  } catch (error) {
    if (token?.isCancellationRequested === true) throw new vscode.CancellationError();
    throw explain(error);
  } finally {
    subscription?.dispose();
  }
}

function explain(error: unknown): unknown {
  if (!(error instanceof ResponseError)) return error;
  const document = errorDocumentSchema.safeParse(error.data);
  return document.success ? new BackendError({ code: document.data.code, message: document.data.message, ...(document.data.hint === undefined ? {} : { hint: document.data.hint }), details: document.data.details }) : error;
}
