import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import path from 'node:path';
import { trainerFolder } from '../../src/backend/platform/installation.ts';
import { trainerEnvironment } from '../../src/backend/platform/trainerCommand.ts';
import { venvPaths } from '../../src/backend/setup/pythonPaths.ts';
import type { Home } from '../../src/backend/platform/workspace.ts';

const supportFolder = new URL('.', import.meta.url).pathname;

/** Runs a Python script of test/support with the trainer's Python; `request` goes in and the answer out as JSON. */
export async function runSupportScript(home: Home, script: string, request: unknown): Promise<unknown> {
  return JSON.parse(await runPython(home, [path.join(supportFolder, script)], JSON.stringify(request)));
}

/** Runs the trainer's Python and answers its stdout. Ends with the end of stderr where it fails. */
export async function runPython(home: Home, args: string[], input = '', env: NodeJS.ProcessEnv = {}): Promise<string> {
  const child = spawn(venvPaths(home, process.platform).python, args, {
    env: { ...trainerEnvironment(process.env, trainerFolder()), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`python ${args.join(' ')} ended with ${String(code)}: ${err.slice(-3000)}`);
  return out;
}
