import { constants } from 'node:fs';
import { open, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';

const longestFile = 1_000_000;
const longestIgnoreFile = 100_000;

export interface WalkOptions {
  /** Only what lies below this folder of the workspace; empty for all of it. */
  folder: string;
  signal: AbortSignal;
  /** Asked before each folder and file. */
  isOver: () => boolean;
}

/**
 * The text files of a workspace that a tool may read, in order of their names: none that git ignores, none that holds
 * secrets by its name, none that is binary or large. Links are not followed, so that nothing outside is reached.
 */
export async function* searchableFiles(root: string, options: WalkOptions): AsyncGenerator<{ path: string; text: string }> {
  const folder = options.folder.split(/[/\\]+/).filter((part) => part !== '' && part !== '.');
  if (folder.includes('..')) return;
  yield* walk(await realpath(root), '', folder, [], options);
}

interface IgnoreFile {
  /** With a slash at its end, or empty. */
  folder: string;
  rules: Ignore;
}

async function* walk(root: string, prefix: string, wanted: readonly string[], above: readonly IgnoreFile[], options: WalkOptions): AsyncGenerator<{ path: string; text: string }> {
  options.signal.throwIfAborted();
  if (options.isOver()) return;
  const own = await readSmall(path.join(root, prefix, '.gitignore'), longestIgnoreFile);
  const rules = own === null ? above : [...above, { folder: prefix, rules: ignore().add(own) }];
  const entries = await readdir(path.join(root, prefix), { withFileTypes: true });
  const [next, ...rest] = wanted;
  for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const name = `${prefix}${entry.name}`;
    if (next !== undefined && entry.name !== next) continue;
    if (entry.isDirectory()) {
      if (!hiddenFolders.has(entry.name.toLowerCase()) && !isIgnored(`${name}/`, rules)) yield* walk(root, `${name}/`, rest, rules, options);
    } else if (entry.isFile() && rest.length === 0 && !isSecretName(entry.name) && !isIgnored(name, rules)) {
      if (options.isOver()) return;
      const text = await readSmall(path.join(root, name), longestFile);
      if (text !== null && !text.includes('\0')) yield { path: name, text };
    }
  }
}

/** Null for what is no file, is a link, can't be read, or is too long. */
async function readSmall(file: string, longest: number): Promise<string | null> {
  try {
    // The flag refuses a link that was put there since the folder was listed. Windows has none.
    const handle = await open(file, constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NOFOLLOW | constants.O_NONBLOCK));
    try {
      const facts = await handle.stat();
      return facts.isFile() && facts.size <= longest ? await handle.readFile('utf8') : null;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}

function isIgnored(name: string, files: readonly IgnoreFile[]): boolean {
  let isOut = false;
  for (const { folder, rules } of files) {
    const { ignored, unignored } = rules.test(name.slice(folder.length));
    if (ignored) isOut = true;
    if (unignored) isOut = false;
  }
  return isOut;
}

const hiddenFolders: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', '.training', 'node_modules', '.ssh', '.gnupg', '.aws', '.azure', '.kube', '.docker', '.venv', '__pycache__']);

/** Files that hold keys and passwords by custom. */
export function isSecretName(name: string): boolean {
  return secretNames.test(name);
}

const secretNames = new RegExp([
  /^\.env/, /\.env$/, /\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk|gpg|asc|ovpn|tfstate|tfvars)$/, /^id_(rsa|dsa|ecdsa|ed25519)/, /^\.(npmrc|netrc|pypirc|pgpass|git-credentials|htpasswd|yarnrc\.yml|dockercfg)$/,
  /^_netrc$/, /^(client_)?secrets?(\.|$)/, /^credentials?(\.|$)/, /^service[-_]?account.*\.json$/, /^kubeconfig/,
].map(({ source }) => source).join('|'), 'i');
