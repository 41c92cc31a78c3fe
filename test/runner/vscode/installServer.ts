// A real VS Code from the npm registry alone: the server that the package code-server carries. Desktop VS Code comes
// from a download server that a CI without internet does not reach.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withLock } from '../../../src/bootstrap/lock.mjs';
import { installNode, nodePackage } from '../../../src/bootstrap/node.mjs';
import { runNpm } from '../../../src/bootstrap/npm.mjs';
import { SetupError, step } from '../../../src/bootstrap/report.mjs';
import { root } from '../suite.ts';

const codeServer = '4.139.1';
const folder = path.join(root, '.tools', 'vscode');
const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
/** The only two natives whose absence makes the server complain. The rest (terminals, Windows) is not for tests. */
const natives = ['@vscode/spdlog', '@vscode/native-watchdog'];

/** An installed VS Code server and the Node that it runs on. */
export interface VscodeServer {
  node: string;
  main: string;
}

/** Installs the server into .tools/vscode, about a minute once; finished steps are skipped, an interrupted one starts anew. */
export async function installVscodeServer(): Promise<VscodeServer> {
  if (process.platform !== 'linux') {
    throw new SetupError({ code: 'no_vscode_server', message: 'The VS Code server for tests runs on Linux only.', hint: 'Use “npm run test:desktop” here: it runs the same host suite in a desktop VS Code.' });
  }
  return (await readyServer()) ?? (await withLock(path.join(folder, 'setup.lock'), install));
}

/** The server where every step was finished, for this Node. */
async function readyServer(): Promise<VscodeServer | undefined> {
  const node = nodeWithHeaders();
  return node !== undefined && isDone('rebuild', node) ? serverOn(node) : undefined;
}

async function install(): Promise<VscodeServer> {
  mkdirSync(folder, { recursive: true });
  // Without a package.json of its own npm would climb to the clone's.
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const packages = path.join(folder, 'node_modules');
  const server = path.join(packages, 'code-server', 'lib', 'vscode');
  const node = nodeWithHeaders() ?? (await installNode(root));
  await once('package', node, `VS Code server (code-server ${codeServer})`, async () => {
    rmSync(path.join(packages, 'code-server'), { recursive: true, force: true });
    await runNpm(['install', '--ignore-scripts', '--no-package-lock', '--no-save', ...quiet, '--prefix', folder, `code-server@${codeServer}`], { cwd: folder });
  });
  await once('dependencies', node, 'packages of the VS Code server', async () => {
    rmSync(path.join(server, 'node_modules'), { recursive: true, force: true });
    await runNpm(['install', '--omit=dev', '--ignore-scripts', ...quiet, '--prefix', server], { cwd: server });
  });
  await once('rebuild', node, 'native parts of the VS Code server', async () => {
    await rebuild(server, node);
  });
  return serverOn(node);
}

function serverOn(node: string): VscodeServer {
  return { node, main: path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode', 'out', 'server-main.js') };
}

/** Natives are compiled against the headers of the Node that will load them. */
async function rebuild(server: string, node: string): Promise<void> {
  const env = { ...process.env, npm_config_nodedir: path.dirname(path.dirname(node)), JOBS: '2', PATH: [path.dirname(node), process.env.PATH].join(path.delimiter) };
  try {
    await runNpm(['rebuild', '--loglevel=error', '--prefix', server, ...natives], { cwd: server, env });
  } catch (cause) {
    if (!(cause instanceof SetupError) || cause.code !== 'npm_failed') throw cause;
    const error = new SetupError({ code: 'no_compiler', message: `${natives.join(' and ')} could not be compiled; the compiler's words are above.`, hint: 'Install python3, make and g++ (Debian: apt-get install python3 make g++), then run the command again.' });
    error.cause = cause;
    throw error;
  }
}

/** This process's Node where its headers lie beside it, else the one that npm brings along with its headers. */
function nodeWithHeaders(): string | undefined {
  const name = nodePackage(process.platform, process.arch);
  const installed = name === undefined ? [] : [path.join(root, '.tools', 'node_modules', name, 'bin', 'node')];
  return [process.execPath, ...installed].find((node) => existsSync(node) && existsSync(path.join(path.dirname(path.dirname(node)), 'include', 'node', 'node_api.h')));
}

/** Runs a step unless its stamp says that it was finished for this version and Node. */
async function once(name: string, node: string, title: string, work: () => Promise<void>): Promise<void> {
  if (isDone(name, node)) return;
  rmSync(stampOf(name), { force: true });
  await step(title, work);
  writeFileSync(stampOf(name), stampText(node));
}

function isDone(name: string, node: string): boolean {
  return existsSync(stampOf(name)) && readFileSync(stampOf(name), 'utf8') === stampText(node);
}

function stampOf(name: string): string {
  return path.join(folder, `${name}.done`);
}

/** The natives load in a Node of the version that they were compiled for, wherever it lies. */
function stampText(node: string): string {
  return JSON.stringify({ codeServer, node: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim() });
}
