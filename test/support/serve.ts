import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { serveResultSchema } from '../../src/protocol/inference.ts';

const entry = path.resolve(import.meta.dirname, '..', '..', 'dist', 'cli.mjs');

export interface Serving {
  url: string;
  token: string;
  models: string[];
  /** Ends it as Ctrl-C does. */
  close: () => Promise<void>;
}

/** `training serve` in a process of its own. */
export async function startServing(workspace: string, options: { env?: NodeJS.ProcessEnv; args?: string[] } = {}): Promise<Serving> {
  const server = spawn(process.execPath, [entry, 'serve', '--json', '--workspace', workspace, ...(options.args ?? [])], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...options.env } });
  const line: unknown = (await once(createInterface(server.stdout), 'line'))[0];
  const result = serveResultSchema.parse(JSON.parse(String(line)));
  const close = async () => {
    const ended = once(server, 'exit');
    server.kill('SIGINT');
    await ended;
  };
  return { ...result, close };
}
