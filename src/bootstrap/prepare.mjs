// From a bare clone to one that runs: a recent Node, the npm packages, the build.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, isBuilt } from './build.mjs';
import { withLock } from './lock.mjs';
import { environmentFor, findNode, installNode } from './node.mjs';
import { arePackagesInstalled, installPackages } from './packages.mjs';
import { reportFailure } from './report.mjs';

/** The clone that this file belongs to. */
export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/**
 * Prepares what is missing and runs Node with the given arguments in the caller's folder. Answers the exit code.
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function prepareAndRun(args) {
  let node;
  try {
    node = readyNode() ?? (await withLock(path.join(root, '.tools', 'setup.lock'), prepare));
  } catch (error) {
    reportFailure(error, args);
    return 1;
  }
  return run(node, args);
}

/** The Node to use where nothing has to be done. */
function readyNode() {
  const node = findNode(root);
  return node !== undefined && arePackagesInstalled(root) && isBuilt(root) ? node : undefined;
}

async function prepare() {
  const node = findNode(root) ?? (await installNode(root));
  const env = environmentFor(node, process.env);
  if (!arePackagesInstalled(root)) await installPackages(root, env);
  if (!isBuilt(root)) await build(root, { node, env });
  return node;
}

/**
 * @param {string} node
 * @param {string[]} args
 * @returns {Promise<number>}
 */
function run(node, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { stdio: 'inherit', env: environmentFor(node, process.env) });
    // Ctrl-C reaches the child by itself, being of the same terminal; we only must not die before it.
    const ignore = () => undefined;
    const forward = () => child.kill('SIGTERM');
    process.on('SIGINT', ignore);
    process.on('SIGTERM', forward);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', forward);
      resolve(code ?? signalExitCode(signal));
    });
  });
}

/** @param {NodeJS.Signals | null} signal */
function signalExitCode(signal) {
  if (signal === 'SIGINT') return 130;
  return signal === 'SIGTERM' ? 143 : 137;
}
