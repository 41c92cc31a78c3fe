import { spawnSync } from 'node:child_process';

/** Runs a program with this Node and waits. What it says is shown only when it fails. */
export function runNode(args: string[], cwd: string): void {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status === 0) return;
  process.stderr.write(stdout + stderr);
  throw new Error(`${args[0] ?? 'node'} ended with ${String(status)}`, error === undefined ? {} : { cause: error });
}
