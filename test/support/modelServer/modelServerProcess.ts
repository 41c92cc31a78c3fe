import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import path from 'node:path';
import type { RecordedRequest } from './modelServer.ts';
import type { ScriptMatch, ScriptReply } from './script.ts';

/** The scripted server in a process of its own, for tests whose own process is busy, killed, or in the editor. */
export interface ModelServerProcess {
  readonly url: string;
  readonly pid: number;
  requests(): Promise<RecordedRequest[]>;
  /** Puts rules before those that are there. Patterns are written as `/…/i`. */
  use(...rules: { when?: ScriptMatch; reply: ScriptReply }[]): Promise<void>;
  close(): Promise<void>;
}

/** `script` is a .json file, or a .ts module that exports `script`. */
export async function startModelServerProcess(script: string): Promise<ModelServerProcess> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts'), script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), exited.then(() => ['{}'])])) as string[];
  const { url } = JSON.parse(line ?? '{}') as { url?: string };
  if (url === undefined) throw new Error(`the scripted model server did not start with ${script}`);
  return {
    url,
    pid: child.pid ?? 0,
    requests: async () => (await (await fetch(`${url}/_control/requests`)).json()) as RecordedRequest[],
    use: async (...rules) => {
      const answer = await fetch(`${url}/_control/rules`, { method: 'POST', body: JSON.stringify(rules) });
      if (!answer.ok) throw new Error(await answer.text());
    },
    close: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
