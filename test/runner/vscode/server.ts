// One running VS Code server with folders of its own, and everything that lives and dies with it.
import { execa } from 'execa';
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Home } from '../../../src/backend/platform/workspace.ts';
import { fillTestHome, linkModels } from '../../support/home.ts';
import { endDescendants, environmentMark } from './descendants.ts';
import type { VscodeServer } from './installServer.ts';
import { linkExtension } from './linkExtension.ts';

const startMs = 60_000;

/** No gallery, no telemetry, no welcome pages: nothing that calls out or covers what is looked at. */
const settings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'window.commandCenter': false,
  'window.title': '${dirty}${activeEditorShort}${separator}${rootName}',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'git.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
};

export interface ServerOptions {
  /** A packaged extension to install first, or a folder to link as an installed one. */
  extension?: { vsix: string } | { folder: string };
  /** A further extension of the tests' own, to link where `extension` is no folder. */
  companion?: string;
  /** Environment of the server and of everything that it starts. */
  env?: Record<string, string>;
  /** User settings besides those that keep VS Code quiet. */
  settings?: Record<string, unknown>;
  /** Workspace trust works as it does for users, so that the folder is not trusted yet; without it every folder is. */
  startsUntrusted?: boolean;
}

export interface RunningServer {
  /** Its folder under the system's temporary one: `server.log`, `user/`, `extensions/`, `home/`. */
  folder: string;
  /** TRAINING_CAMP_HOME of everything that it starts: this machine's Python and models, nothing else. */
  home: Home;
  port: number;
  /** The address of a window on a folder, with further query parameters. */
  windowUrl(workspaceFolder: string, query?: Record<string, string>): string;
  /** Ends the server and whatever it left; answers what outlived it though it should not, as command lines. */
  stop(): Promise<string[]>;
  /** Removes its folder; after a failure it is kept. */
  remove(): void;
}

/** Starts a server on a free port, with the smoke-test driver in its windows. */
export async function startVscodeServer(installed: VscodeServer, options: ServerOptions): Promise<RunningServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'camp-vscode-'));
  const user = path.join(folder, 'user');
  const extensions = path.join(folder, 'extensions');
  mkdirSync(path.join(user, 'User'), { recursive: true });
  mkdirSync(extensions);
  const trust = options.startsUntrusted === true ? { 'security.workspace.trust.startupPrompt': 'never' } : { 'security.workspace.trust.enabled': false };
  writeFileSync(path.join(user, 'User', 'settings.json'), JSON.stringify({ ...settings, ...trust, ...options.settings }));
  const places = ['--accept-server-license-terms', '--server-data-dir', user, '--user-data-dir', user, '--extensions-dir', extensions];
  const mark = environmentMark(path.basename(folder));
  const home = await fillTestHome(path.join(folder, 'home'));
  linkModels(home);
  const env = { ...userEnvironment(), EXTENSIONS_GALLERY: '{}', TRAINING_CAMP_HOME: home.root, ...mark, ...options.env };
  const { extension, companion } = options;
  if (companion !== undefined) linkExtension(companion, extensions);
  if (extension !== undefined && 'folder' in extension) linkExtension(extension.folder, extensions);
  if (extension !== undefined && 'vsix' in extension) await execa(installed.node, [installed.main, ...places, '--force', '--install-extension', extension.vsix], { env, extendEnv: false });
  const args = ['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--disable-telemetry', '--enable-smoke-test-driver', ...(options.startsUntrusted === true ? [] : ['--disable-workspace-trust'])];
  const child = spawn(installed.node, [installed.main, ...places, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const port = await listening(child, path.join(folder, 'server.log'));
  return {
    folder,
    home,
    port,
    windowUrl: (workspaceFolder, query = {}) => `http://127.0.0.1:${port}/?${new URLSearchParams({ folder: workspaceFolder, ...query }).toString()}`,
    stop: async () => {
      await ended(child);
      return await endDescendants(mark);
    },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** What a user's shell would have: nothing that npm, vitest or another VS Code put there. */
function userEnvironment(): Record<string, string> {
  const ours = /^(npm_|VITEST|VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_ENV$|TEST$|DEV$|PROD$|MODE$|SSR$|BASE_URL$)/;
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined && !ours.test(entry[0])));
}

/** The port that the server says it listens on. Its words go to the log file. */
async function listening(child: ChildProcess, logFile: string): Promise<number> {
  const log = createWriteStream(logFile);
  return await new Promise<number>((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`The VS Code server did not start within ${startMs / 1000} s:\n${text}`));
    }, startMs);
    const onText = (chunk: Buffer) => {
      log.write(chunk);
      if (text.length < 20_000) text += chunk.toString('utf8');
      const port = /listening on (\d+)/.exec(text)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    child.stdout?.on('data', onText);
    child.stderr?.on('data', onText);
    child.once('error', reject);
    child.once('close', (code) => {
      log.end();
      clearTimeout(timer);
      reject(new Error(`The VS Code server ended with ${code ?? 'a signal'}:\n${text}`));
    });
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
