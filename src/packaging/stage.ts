import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { root } from '../bootstrap/prepare.mjs';
import { bundleEngine } from './engineBundle.ts';
import { contributedFiles, packagedManifest } from './manifest.ts';
import { notices } from './notices.ts';
import { packageFolder } from './packages.ts';
import { packagedReadme } from './readme.ts';
import { runNode } from './run.ts';
import type { Target } from './targets.ts';

/** Finds the binary of a target beside it. */
const keyringPackage = '@napi-rs/keyring';

const inputsSchema = z.array(z.string());

/**
 * Lays out what the VSIX of one target holds: the bundles, the trainer's Python sources and the native packages below
 * `dist`, where the bundles find them and vsce keeps them. Nothing else gets in, so that no list of exclusions is needed.
 */
export async function stage(target: Target, folder: string, { hasPictures }: { hasPictures: boolean }): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  runNode([path.join(root, 'esbuild.mjs'), '--package', folder], root);
  const inputsFile = path.join(folder, 'inputs.json');
  const inputs = inputsSchema.parse(JSON.parse(readFileSync(inputsFile, 'utf8')));
  rmSync(inputsFile);

  const packages = path.join(folder, 'dist', 'node_modules');
  copySqlite(await packageFolder('better-sqlite3'), path.join(packages, 'better-sqlite3'), target);
  const engine = await bundleEngine(await packageFolder('node-llama-cpp'), path.join(packages, 'node-llama-cpp'));
  copyEngineLibraries(await packageFolder(target.llamaPackage), path.join(packages, ...target.llamaPackage.split('/')));

  for (const name of [keyringPackage, target.keyringPackage]) {
    cpSync(await packageFolder(name), path.join(packages, ...name.split('/')), { recursive: true, filter: isOfKeyring });
  }

  copyTrainer(path.join(folder, 'src', 'trainer'));
  cpSync(path.join(root, 'media'), path.join(folder, 'media'), { recursive: true, filter: isShownByTheEditor });
  for (const file of ['LICENSE', 'CHANGELOG.md']) cpSync(path.join(root, file), path.join(folder, file));
  // The editor's problems link to it.
  cpSync(path.join(root, 'docs', 'issues.md'), path.join(folder, 'docs', 'issues.md'));
  writeFileSync(path.join(folder, 'README.md'), packagedReadme(readFileSync(path.join(root, 'docs', 'marketplace.md'), 'utf8'), hasPictures));
  writeFileSync(path.join(folder, 'NOTICES.txt'), notices(root, [...inputs, ...Object.keys(engine.inputs)], ['better-sqlite3', 'node-llama-cpp', keyringPackage, '@vscode/codicons']));
  const manifest = readFileSync(path.join(root, 'package.json'), 'utf8');
  for (const file of contributedFiles(manifest, root)) cpSync(path.join(root, file), path.join(folder, file));
  writeFileSync(path.join(folder, 'package.json'), packagedManifest(manifest));
}

function copySqlite(source: string, folder: string, { sqlitePrebuild }: Target): void {
  for (const file of ['package.json', 'LICENSE', 'lib', path.join('prebuilds', `${sqlitePrebuild}.node`)]) {
    cpSync(path.join(source, file), path.join(folder, file), { recursive: true });
  }
}

/** All CPU variants stay: which of them a machine needs is found out there. */
function copyEngineLibraries(source: string, folder: string): void {
  for (const file of ['package.json', 'LICENSE', 'dist', 'bins']) cpSync(path.join(source, file), path.join(folder, file), { recursive: true, filter: isNeeded });
}

/** The licences of what is compiled into the binary are a file beside it. */
function isOfKeyring(file: string): boolean {
  return !/^(README\.md|keytar\..*|.*\.d\.ts)$/.test(path.basename(file));
}

function copyTrainer(folder: string): void {
  const source = path.join(root, 'src', 'trainer');
  for (const name of ['training_camp', 'requirements.lock']) cpSync(path.join(source, name), path.join(folder, name), { recursive: true, filter: isNeeded });
}

function isNeeded(file: string): boolean {
  return !/__pycache__|\.pyc$|\.d\.ts$|\.map$|\.tsbuildinfo$/.test(path.basename(file));
}

/** Pictures of the documentation are shown from the web alone. */
function isShownByTheEditor(file: string): boolean {
  return !/^(demo\.png|screenshots)$/.test(path.basename(file));
}
