import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { runNpm } from '../bootstrap/npm.mjs';
import { root } from '../bootstrap/prepare.mjs';
import { SetupError } from '../bootstrap/report.mjs';

const lockSchema = z.object({ packages: z.record(z.string(), z.looseObject({ version: z.string().optional(), integrity: z.string().optional() })) });
const versionSchema = z.looseObject({ version: z.string() });

interface Locked {
  name: string;
  version: string;
  /** npm writes none for a package that its registry did not carry when the lock file was made. */
  integrity: string | undefined;
}

/** The folder of an npm package in the version of the lock file: the installed one, or one that is fetched by name. */
export async function packageFolder(name: string): Promise<string> {
  const wanted = readLocked(name);
  const installed = path.join(root, 'node_modules', ...name.split('/'));
  if (versionAt(installed) === wanted.version) return installed;
  const fetched = path.join(root, '.tools', 'packages', `${name.replace('/', '+')}@${wanted.version}`);
  if (versionAt(fetched) !== wanted.version) await fetchPackage(wanted, fetched);
  return fetched;
}

function readLocked(name: string): Locked {
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')));
  const entry = packages[`node_modules/${name}`];
  if (entry?.version === undefined) throw new Error(`package-lock.json does not name ${name}.`);
  return { name, version: entry.version, integrity: entry.integrity };
}

function versionAt(folder: string): string | undefined {
  const file = path.join(folder, 'package.json');
  return existsSync(file) ? versionSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).version : undefined;
}

/** npm compares what it fetched with what its registry says; the word of the lock file is compared here. */
async function fetchPackage({ name, version, integrity }: Locked, folder: string): Promise<void> {
  mkdirSync(path.dirname(folder), { recursive: true });
  const staging = mkdtempSync(path.join(path.dirname(folder), '.new-'));
  try {
    await download(`${name}@${version}`, staging);
    const archive = readdirSync(staging).find((file) => file.endsWith('.tgz'));
    if (archive === undefined) throw new Error(`npm fetched nothing for ${name}@${version}.`);
    const found = `sha512-${createHash('sha512').update(readFileSync(path.join(staging, archive))).digest('base64')}`;
    if (integrity !== undefined && integrity !== found) throw damaged(`${name}@${version}`);
    execFileSync('tar', ['-xzf', archive], { cwd: staging });
    renameSync(path.join(staging, 'package'), folder);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function download(wanted: string, folder: string): Promise<void> {
  try {
    await runNpm(['pack', wanted, '--pack-destination', folder, '--loglevel=error'], { cwd: folder });
  } catch (cause) {
    const hint = 'A registry that carries the package of that platform is needed; npm config list names the one in use.';
    throw Object.assign(new SetupError({ code: 'package_missing', message: `npm could not fetch ${wanted}.`, hint }), { cause });
  }
}

function damaged(wanted: string): SetupError {
  return new SetupError({ code: 'package_damaged', message: `${wanted} is not the package that package-lock.json names: its SHA-512 differs.`, hint: 'A proxy or mirror may have altered it; or package-lock.json is wrong.' });
}
