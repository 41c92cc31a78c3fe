import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';

const root = path.resolve(import.meta.dirname, '../../..');

/** A virtual environment of the benchmark's own with `packages`, made once; answers its Python. */
export async function peerPython(name: string, packages: string[], probe: string): Promise<string> {
  const venv = path.join(root, '.tools', 'bench', name);
  const python = path.join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const check = await execa(python, ['-c', probe], { reject: false });
  if (check.exitCode === 0) return python;
  console.log(`installing ${packages.join(', ')} for the comparison …`);
  await execa(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', venv], { stdio: 'inherit' });
  await execa(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], { stdio: 'inherit' });
  return python;
}

/** Runs a program that prints JSON in its last line. */
export async function measure(file: string, args: string[]): Promise<unknown> {
  const { stdout } = await execa(file, args, { stderr: 'inherit' });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? 'null');
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function writeResult(name: string, result: Record<string, unknown>): void {
  const folder = path.join(root, 'test', 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify({ cpu: cpus()[0]?.model ?? 'unknown', ...result }, null, 2)}\n`);
}
