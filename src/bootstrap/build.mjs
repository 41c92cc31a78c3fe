// The bundles in dist/: built when the sources differ from those of the last build.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetupError, step } from './report.mjs';

/** @param {string} root */
export function isBuilt(root) {
  return readText(stampOf(root)) === sourceHash(root);
}

/**
 * @param {string} root
 * @param {{node: string, env: NodeJS.ProcessEnv}} options
 */
export async function build(root, { node, env }) {
  await step('build', async () => {
    rmSync(stampOf(root), { force: true });
    const hash = sourceHash(root);
    await runBuild(root, { node, env });
    mkdirSync(path.dirname(stampOf(root)), { recursive: true });
    writeFileSync(stampOf(root), hash);
  });
}

/** @param {string} root */
function stampOf(root) {
  return path.join(root, 'dist', '.sources');
}

/**
 * A hash over everything that the bundles are made of.
 * @param {string} root
 */
export function sourceHash(root) {
  const hash = createHash('sha256');
  for (const file of ['esbuild.mjs', 'package.json', 'package-lock.json', ...sources(root, 'src'), ...sources(root, 'webviews')]) {
    const text = readFileSync(path.join(root, file));
    hash.update(`${file.split(path.sep).join('/')}\0${text.length}\0`).update(text);
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function sources(root, folder) {
  const files = [];
  // The order of a directory listing differs between file systems.
  const entries = readdirSync(path.join(root, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && file !== path.join('src', 'trainer')) files.push(...sources(root, file));
    else if (/\.(tsx?|sql|json|css)$/.test(entry.name)) files.push(file);
  }
  return files;
}

/**
 * @param {string} root
 * @param {{node: string, env: NodeJS.ProcessEnv}} options
 */
async function runBuild(root, { node, env }) {
  const { error, text } = await new Promise((resolve) => {
    execFile(node, ['esbuild.mjs'], { cwd: root, env }, (error, stdout, stderr) => resolve({ error, text: stdout + stderr }));
  });
  process.stderr.write(text);
  if (error === null) return;
  const isFull = /ENOSPC|no space left/i.test(text);
  throw new SetupError(
    isFull
      ? { code: 'disk_full', message: 'The disk is full: the build could not be written.', hint: 'Free some space, then run the command again.' }
      : { code: 'build_failed', message: 'The build failed; esbuild’s words are above.', hint: 'Mend what esbuild names, or check out a clean version.' },
  );
}

/** @param {string} file */
function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // No build yet.
    return undefined;
  }
}
