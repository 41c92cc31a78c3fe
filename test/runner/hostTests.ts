// The suites of test/vscode inside the extension host of a real VS Code, through the smoke-test driver of its workbench.
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { format } from 'node:util';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { reportFailure } from '../../src/bootstrap/report.mjs';
import { root, timed, verdict, type Counts, type SuiteResult } from './suite.ts';
import { bundleHostTests } from './vscode/bundleTests.ts';
import { installChromium, launchChromium } from './vscode/chromium.ts';
import { installVscodeServer } from './vscode/installServer.ts';
import { readHostReport } from './vscode/readHostReport.ts';
import { startVscodeServer, type RunningServer, type ServerOptions } from './vscode/server.ts';

const timeoutMs = 10 * 60_000;

/** The host suites over the development tree, as F5 would start it. */
export async function hostTests(): Promise<SuiteResult> {
  return await timed('vscode', () => guarded(() => runInHost({})));
}

/** The same suites over the packaged extension, as a user installs it. */
export async function packagedHostTests(vsix: () => Promise<string>): Promise<SuiteResult> {
  return await timed('vscode-vsix', () => guarded(async () => await runInHost({ extension: { vsix: await vsix() } })));
}

/** An obstacle counts as a failure and says what to do; the other suites go on. */
export async function guarded(work: () => Promise<Counts>): Promise<Counts> {
  try {
    return await work();
  } catch (error) {
    reportFailure(error, []);
    return verdict('the suite', false, error instanceof Error ? error.message : String(error));
  }
}

async function runInHost(options: ServerOptions): Promise<Counts> {
  const entry = await bundleHostTests();
  const installed = await installVscodeServer();
  const chromium = await installChromium();
  const server = await startVscodeServer(installed, { ...options, companion: path.join(root, 'test', 'vscode', 'modelProvider') });
  const results = path.join(server.folder, 'results.jsonl');
  try {
    await withPage(chromium, server, (page) => runSuites(page, server, { development: options.extension === undefined ? root : emptyExtension(server.folder), entry, results }));
  } catch (error) {
    reportFailure(error, []);
  }
  const leaked = await server.stop();
  for (const process of leaked) console.error(`outlived its window: ${process}`);
  const counts = readHostReport(results);
  const failed = counts.failed + leaked.length;
  if (failed === 0) server.remove();
  else console.error(`The logs are kept in ${server.folder}`);
  return { ...counts, failed, failures: [...counts.failures, ...leaked.map((process) => ({ file: '', test: 'outlived its window', error: process }))] };
}

async function withPage(chromium: string, server: RunningServer, work: (page: Page) => Promise<void>): Promise<void> {
  const context = await launchChromium(chromium, path.join(server.folder, 'chrome'));
  try {
    await work(context.pages()[0] ?? (await context.newPage()));
  } finally {
    await context.close();
  }
}

interface SuiteStart {
  development: string;
  entry: string;
  results: string;
}

/** Opens a window that runs the suites, and waits for their end. */
async function runSuites(page: Page, server: RunningServer, start: SuiteStart): Promise<void> {
  const workspace = path.join(server.folder, 'workspace');
  mkdirSync(workspace);
  const ended = Promise.withResolvers<number>();
  const log = createWriteStream(path.join(server.folder, 'window.log'));
  await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
    const text = format(...args);
    log.write(`${text}\n`);
    if (process.env.VERBOSE !== undefined) console.log(text);
  });
  await page.exposeFunction('codeAutomationExit', (code: number) => ended.resolve(code));
  const timer = setTimeout(() => ended.reject(new Error(`The host suites did not end within ${timeoutMs / 60_000} minutes.`)), timeoutMs);
  page.once('close', () => ended.reject(new Error('The window was closed.')));
  page.once('crash', () => ended.reject(new Error('The window crashed.')));
  const remote = (file: string) => `vscode-remote://127.0.0.1:${server.port}${file}`;
  const environment = { TEST_RESULTS: start.results, ...(process.env.TEST_ONLY === undefined ? {} : { TEST_ONLY: process.env.TEST_ONLY }) };
  const payload = [
    ['extensionDevelopmentPath', remote(start.development)],
    ['extensionTestsPath', remote(start.entry)],
    ['skipWelcome', 'true'],
    ['extensionEnvironment', JSON.stringify(environment)],
  ];
  try {
    await page.goto(server.windowUrl(workspace, { payload: JSON.stringify(payload) }), { waitUntil: 'domcontentloaded' });
    await ended.promise;
  } catch (error) {
    await page.screenshot({ path: path.join(server.folder, 'failure.png') }).catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
    log.end();
  }
}

/** VS Code runs tests for an extension under development only: an empty one stands in where the package is tested. */
function emptyExtension(folder: string): string {
  const extension = path.join(folder, 'empty-extension');
  mkdirSync(extension);
  writeFileSync(path.join(extension, 'package.json'), JSON.stringify({ name: 'empty', publisher: 'test', version: '0.0.0', engines: { vscode: '^1.101.0' } }));
  return extension;
}
