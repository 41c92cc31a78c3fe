import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createMessageConnection, ProgressType, StreamMessageReader, StreamMessageWriter, type CancellationToken, type MessageConnection } from 'vscode-jsonrpc/node';
import { methods, notifications, wirePrefix, type Changed, type MethodName, type ParamsInput, type Progress, type Result } from '../../src/protocol/contract.ts';

const root = path.resolve(import.meta.dirname, '..', '..');

/** A backend in a process of its own, driven over its standard streams as the editor does. */
export interface BackendUnderTest {
  readonly pid: number;
  /** For what the editor itself says and asks, beside our own methods. */
  readonly connection: MessageConnection;
  /** Every `changed` since the start, in order. */
  readonly changed: Changed[];
  readonly storeFailures: unknown[];
  /** Parses the result with the contract's schema. Throws vscode-jsonrpc's ResponseError. */
  request<Name extends MethodName>(name: Name, params: ParamsInput<Name>, options?: { token?: CancellationToken; onProgress?: (progress: Progress) => void }): Promise<Result<Name>>;
  /** Params that the contract would not allow. */
  requestRaw(name: string, raw: unknown): Promise<unknown>;
  /** Orderly end; resolves with the exit code. */
  end(): Promise<number | null>;
  /** Closes the standard input, as a window that vanished does. */
  hangUp(): Promise<number | null>;
}

export async function startBackend(workspace: string, env: NodeJS.ProcessEnv = {}, entry = path.join(root, 'src', 'backend', 'main.ts')): Promise<BackendUnderTest> {
  const child = spawn(process.execPath, [entry], { cwd: path.dirname(entry), env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  const exit = once(child, 'exit').then(([code]: unknown[]) => (typeof code === 'number' ? code : null));
  const connection = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  const changed: Changed[] = [];
  const storeFailures: unknown[] = [];
  connection.onNotification(`${wirePrefix}changed`, (raw: unknown) => {
    changed.push(notifications.changed.parse(raw));
  });
  connection.onNotification(`${wirePrefix}storeFailed`, (raw: unknown) => {
    storeFailures.push(notifications.storeFailed.parse(raw).error);
  });
  connection.listen();
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {}, initializationOptions: { workspace } });
  await connection.sendNotification('initialized', {});
  let tokens = 0;
  return {
    pid: child.pid ?? 0,
    connection,
    changed,
    storeFailures,
    request: async (name, params, options = {}) => {
      const progressToken = `t${String(tokens++)}`;
      const subscription = connection.onProgress(new ProgressType<Progress>(), progressToken, (progress) => options.onProgress?.(progress));
      try {
        const raw: unknown = await connection.sendRequest(wirePrefix + name, { params, progressToken }, ...(options.token === undefined ? [] : [options.token]));
        return methods[name].result.parse(raw) as Result<typeof name>;
      } finally {
        subscription.dispose();
      }
    },
    requestRaw: (name, raw) => connection.sendRequest(wirePrefix + name, raw),
    end: async () => {
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      const code = await exit;
      connection.dispose();
      return code;
    },
    hangUp: async () => {
      child.stdin.end();
      return await exit;
    },
  };
}
