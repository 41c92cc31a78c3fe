// Finds the machine's npm and runs it without a shell.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from './report.mjs';

/** Characters of npm's own words that are kept to explain a failure. */
const tailLength = 4000;

/**
 * @typedef {object} NpmSearch
 * @property {NodeJS.ProcessEnv} env
 * @property {NodeJS.Platform} platform
 * @property {string} execPath
 * @property {(file: string) => boolean} exists
 * @property {(file: string) => string} realpath
 */

/** @type {NpmSearch} */
const thisMachine = { env: process.env, platform: process.platform, execPath: process.execPath, exists: existsSync, realpath: realpathSync };

/**
 * The command that starts npm. npm's JavaScript is run by Node itself wherever it can be found: on Windows `npm` is a
 * batch file, which only a shell can start.
 * @param {NpmSearch} [search]
 * @returns {{file: string, args: string[]}}
 */
export function findNpm(search = thisMachine) {
  const { env, platform, execPath, exists, realpath } = search;
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const folder = paths.dirname(execPath);
  const script = paths.join('node_modules', 'npm', 'bin', 'npm-cli.js');
  const onPath = (env['PATH'] ?? env['Path'] ?? '').split(paths.delimiter).filter((entry) => entry !== '');
  const fromNpmRun = env['npm_execpath'];
  if (fromNpmRun !== undefined && paths.basename(fromNpmRun) === 'npm-cli.js' && exists(fromNpmRun)) return { file: execPath, args: [fromNpmRun] };
  for (const entry of onPath) {
    if (platform === 'win32') {
      const candidate = paths.join(entry, script);
      if (exists(paths.join(entry, 'npm.cmd')) && exists(candidate)) return { file: execPath, args: [candidate] };
      continue;
    }
    const command = paths.join(entry, 'npm');
    if (!exists(command)) continue;
    const target = realpath(command);
    return target.endsWith('.js') ? { file: execPath, args: [target] } : { file: command, args: [] };
  }
  for (const candidate of [paths.join(folder, script), paths.join(folder, '..', 'lib', script)]) {
    if (exists(candidate)) return { file: execPath, args: [candidate] };
  }
  throw new SetupError({
    code: 'npm_missing',
    message: 'npm was not found on the PATH.',
    hint: 'Install Node.js with npm (any version from 18 on), then run the command again.',
  });
}

/**
 * Runs npm with its words on stderr.
 * @param {string[]} args
 * @param {{cwd: string, env?: NodeJS.ProcessEnv}} options
 */
export async function runNpm(args, { cwd, env = process.env }) {
  const npm = findNpm();
  const { code, tail } = await new Promise((resolve, reject) => {
    const child = spawn(npm.file, [...npm.args, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    let tail = '';
    const onText = (/** @type {Buffer} */ chunk) => {
      process.stderr.write(chunk);
      tail = (tail + chunk.toString('utf8')).slice(-tailLength);
    };
    child.stdout.on('data', onText);
    child.stderr.on('data', onText);
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code: code ?? signal, tail }));
  });
  if (code !== 0) throw explainNpm(tail, String(code));
}

/**
 * What stopped npm, from the error codes in its output.
 * @param {string} tail
 * @param {string} code
 */
export function explainNpm(tail, code) {
  if (/ENOSPC|no space left/i.test(tail)) {
    return new SetupError({ code: 'disk_full', message: 'The disk is full: npm could not write its packages.', hint: 'Free about 1.5 GB, then run the command again; it goes on where it stopped.' });
  }
  if (/ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|ERR_SOCKET_TIMEOUT|network/i.test(tail)) {
    return new SetupError({ code: 'no_network', message: 'npm could not reach its registry.', hint: 'Check the network and npm’s proxy settings (npm config list), then run the command again; it goes on where it stopped.' });
  }
  if (/EACCES|EPERM|EROFS/.test(tail)) {
    return new SetupError({ code: 'not_writable', message: 'npm may not write here.', hint: 'Make this folder and npm’s cache writable for you, then run the command again.' });
  }
  return new SetupError({ code: 'npm_failed', message: `npm ended with ${code}; its own words are above.`, hint: 'Run the command again, or “npm ci --ignore-scripts” to see the failure by itself.' });
}
