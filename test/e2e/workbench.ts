import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { installChromium, launchChromium } from '../runner/vscode/chromium.ts';
import { installVscodeServer } from '../runner/vscode/installServer.ts';
import { startVscodeServer, type RunningServer, type ServerOptions } from '../runner/vscode/server.ts';
import { root } from '../runner/suite.ts';
import { until } from '../support/until.ts';
import { QuickInput } from './quickInput.ts';
import { TreeView } from './treeView.ts';
import { followSystem, themes, type Theme } from './themes.ts';

export interface WorkbenchOptions extends Pick<ServerOptions, 'env' | 'settings' | 'startsUntrusted'> {
  /** The workspace's files by path relative to it; a missing one is made with its folders. */
  files?: Record<string, string>;
  /** A folder whose content is copied into the workspace first. */
  from?: string;
}

const restoreMs = 60_000;
const paletteMs = 3000;

/**
 * A window of a real VS Code on a workspace of its own. The extension is the development tree's, or the package that
 * the environment variable VSIX names.
 */
export class Workbench {
  readonly server: RunningServer;
  readonly page: Page;
  /** The folder that the window shows. */
  readonly workspace: string;
  readonly quickInput: QuickInput;
  readonly #context: BrowserContext;

  private constructor(server: RunningServer, context: BrowserContext, place: { page: Page; workspace: string }) {
    this.server = server;
    this.#context = context;
    this.page = place.page;
    this.workspace = place.workspace;
    this.quickInput = new QuickInput(place.page);
  }

  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const installed = await installVscodeServer();
    const chromium = await installChromium();
    const vsix = process.env.VSIX;
    const server = await startVscodeServer(installed, { ...options, settings: { ...followSystem, ...options.settings }, extension: vsix === undefined ? { folder: root } : { vsix: path.resolve(vsix) } });
    try {
      const workspace = path.join(server.folder, 'workspace');
      fill(workspace, options);
      const context = await launchChromium(chromium, path.join(server.folder, 'chrome'));
      const page = context.pages()[0] ?? (await context.newPage());
      const workbench = new Workbench(server, context, { page, workspace });
      await workbench.#show();
      return workbench;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** A second window on the same folder, in the same VS Code; close the first one to end both. */
  async secondWindow(): Promise<Workbench> {
    const other = new Workbench(this.server, this.#context, { page: await this.#context.newPage(), workspace: this.workspace });
    await other.#show();
    return other;
  }

  /** Runs a command from the palette by its whole title, such as “Training: Show Log”, once the palette offers it. */
  async runCommand(title: string): Promise<void> {
    // An open palette does not learn of commands that are enabled later: as a person would, open it anew.
    await until(`“${title}” in the palette`, async () => {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('F1');
      await this.quickInput.type(`>${title}`);
      await this.quickInput.entry(title).waitFor({ timeout: paletteMs });
      return true;
    });
    // Pressed once, outside of what is tried again: a reload takes its time, and would be pressed into the next page.
    await this.quickInput.entry(title).click({ noWaitAfter: true });
  }

  /** Opens a file of the workspace by its path relative to it, and waits until the cursor is in it. */
  async openFile(name: string): Promise<void> {
    const label = path.basename(name);
    const group = this.page.locator('.editor-group-container.active').filter({ has: this.page.locator(`.tab.active[aria-label^="${label}"]`) });
    // The list may change under the pointer while results come in, so that a click lands on another entry.
    await until(`${name} to be open`, async () => {
      await this.page.keyboard.press('Control+P');
      await this.quickInput.type(name);
      await this.quickInput.entry(label).click({ timeout: paletteMs });
      await group.locator('.monaco-editor.focused').first().waitFor({ timeout: paletteMs });
      return true;
    });
  }

  /** Shows a container of the activity bar, such as “Training Camp”; one that is shown already stays. */
  async openContainer(title: string): Promise<void> {
    const item = this.page.locator('.activitybar .action-item').filter({ has: this.page.locator(`a.action-label[aria-label^="${title}"]`) });
    await item.waitFor();
    if ((await item.getAttribute('aria-expanded')) !== 'true' && !(await item.evaluate((element) => element.classList.contains('checked')))) await item.click();
    await this.page.locator('.part.sidebar .composite.title').filter({ hasText: title }).waitFor();
  }

  /** A tree view of the open container by its title. */
  tree(title: string): TreeView {
    return new TreeView(this.page, title);
  }

  /** Reloads the window as “Developer: Reload Window” does, and waits until it is restored. */
  async reload(): Promise<void> {
    // Reloading the page alone would lose what the window keeps when it is left.
    const loaded = this.page.waitForEvent('load', { timeout: restoreMs });
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.#restored();
  }

  /** Pictures of the whole window in .build/screenshots/<theme>/<name>.png, in each theme. Dark stays. */
  async screenshot(name: string): Promise<void> {
    for (const theme of ['light', 'highContrast', 'dark'] as const) {
      await this.useTheme(theme);
      const folder = path.join(root, '.build', 'screenshots', themes[theme].folder);
      mkdirSync(folder, { recursive: true });
      await this.page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled' });
    }
  }

  /** Changes the colour theme, and waits until window and webviews show it. */
  async useTheme(theme: Theme): Promise<void> {
    await this.page.emulateMedia(themes[theme].system);
    await this.page.locator(`.monaco-workbench.${themes[theme].workbenchClass}`).waitFor();
    for (const frame of this.page.frames()) {
      if (frame.parentFrame()?.parentFrame() !== this.page.mainFrame()) continue;
      await frame.locator(`body.${themes[theme].webviewClass}`).waitFor();
      // The workbench opts out of the browser's own repainting; a webview would not, and show less than in a desktop window.
      await frame.evaluate(() => document.documentElement.style.setProperty('forced-color-adjust', 'none'));
    }
  }

  /** Closes all windows and the server. Throws when a process is left that depends on them. */
  async close(): Promise<void> {
    await this.#context.close();
    const leaked = await this.server.stop();
    if (leaked.length > 0) throw new Error(`outlived the window:\n${leaked.join('\n')}`);
  }

  async #show(): Promise<void> {
    await this.page.emulateMedia(themes.dark.system);
    await this.page.goto(this.server.windowUrl(this.workspace), { waitUntil: 'domcontentloaded' });
    await this.#restored();
  }

  async #restored(): Promise<void> {
    await this.page.locator('.monaco-workbench .activitybar').waitFor({ timeout: restoreMs });
    await this.page.waitForFunction(() => 'driver' in window, undefined, { timeout: restoreMs });
    // The smoke-test driver's own word for it.
    await this.page.evaluate('window.driver.whenWorkbenchRestored()');
  }
}

function fill(workspace: string, options: WorkbenchOptions): void {
  mkdirSync(workspace);
  if (options.from !== undefined) cpSync(options.from, workspace, { recursive: true });
  for (const [name, text] of Object.entries(options.files ?? {})) {
    const file = path.join(workspace, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
