import type { CancellationToken} from 'vscode-languageserver/node';
import { LSPErrorCodes, ProgressType, ResponseError, type Connection } from 'vscode-languageserver/node';
import { z } from 'zod';
import { methods, wirePrefix, type MethodName, type Progress } from '../../protocol/contract.ts';
import { CampError, toErrorDocument, usageError, type ErrorDocument } from '../../protocol/errors.ts';
import type { Services } from '../services.ts';
import { handlers, type Call, type Handler } from './handlers.ts';

const requestSchema = z.object({ params: z.unknown(), progressToken: z.union([z.string(), z.number()]).optional() });
const progressType = new ProgressType<Progress>();

export interface RegisterInit {
  connection: Connection;
  services: () => Services;
  /** After each request: it may have changed something. */
  onAnswered: () => void;
  onBug: (method: string, error: unknown) => void;
}

/** Answers every method of the contract on a connection. */
export function registerMethods(init: RegisterInit): void {
  for (const name of Object.keys(methods)) {
    if (isMethod(name)) registerMethod(init, name);
  }
}

function isMethod(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}

function registerMethod<Name extends MethodName>(init: RegisterInit, name: Name): void {
  const { connection } = init;
  const handler: Handler<Name> = handlers[name];
  connection.onRequest(wirePrefix + name, async (raw: unknown, token: CancellationToken) => {
    const abort = new AbortController();
    const subscription = token.onCancellationRequested(() => abort.abort());
    try {
      const { params, progressToken } = requestSchema.parse(raw);
      const report = (progress: Progress) => {
        if (progressToken !== undefined && !abort.signal.aborted) void connection.sendProgress(progressType, progressToken, progress);
      };
      const call: Call = { services: init.services(), signal: abort.signal, report };
      return await handler(parseParams(name, params), call);
    } catch (error) {
      if (abort.signal.aborted) return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
      return toResponse(init, name, error);
    } finally {
      subscription.dispose();
      init.onAnswered();
    }
  });
}

function parseParams<Name extends MethodName>(name: Name, params: unknown): z.output<(typeof methods)[Name]['params']> {
  const parsed = methods[name].params.safeParse(params);
  if (parsed.success) return parsed.data as z.output<(typeof methods)[Name]['params']>;
  throw usageError('bad_params', `${name}: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')}`);
}

function toResponse(init: RegisterInit, name: string, raw: unknown): ResponseError<ErrorDocument> {
  const error = init.services().explain(raw);
  if (!(error instanceof CampError)) init.onBug(name, error);
  const document = toErrorDocument(error);
  return new ResponseError(LSPErrorCodes.RequestFailed, document.message, document);
}
