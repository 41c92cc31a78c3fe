import type { Locator, Page } from 'playwright-core';
import { until } from '../support/until.ts';

const clickMs = 2000;

/** A tree view in the side bar, by the title of its section. */
export class TreeView {
  readonly #page: Page;
  readonly #pane: Locator;

  constructor(page: Page, title: string) {
    this.#page = page;
    this.#pane = page.locator('.part.sidebar .pane').filter({ has: page.locator(`.pane-header[aria-label^="${title}"]`) });
  }

  /** The whole section, its header and a welcome text included. */
  get pane(): Locator {
    return this.#pane;
  }

  /** A row by its label; label and description are one text in it. */
  row(label: string | RegExp): Locator {
    return this.#pane.locator('.monaco-list-row').filter({ hasText: label }).first();
  }

  /** Texts of the rows that are in the DOM, which are those in sight. */
  async rows(): Promise<string[]> {
    return await this.#pane.locator('.monaco-list-row .monaco-tl-contents').allInnerTexts();
  }

  /** Opens a closed row. */
  async expand(label: string | RegExp): Promise<void> {
    const row = this.row(label);
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false') await row.locator('.monaco-tl-twistie').click();
    await this.#pane.locator('.monaco-list-row[aria-expanded="true"]').filter({ hasText: label }).first().waitFor();
  }

  /** Runs an inline action of a row by its title. */
  async act(label: string | RegExp, action: string): Promise<void> {
    const row = this.row(label);
    await row.hover();
    await row.locator(`.actions a.action-label[aria-label^="${action}"]`).click();
  }

  /** Runs an entry of a row's context menu. */
  async choose(label: string | RegExp, entry: string): Promise<void> {
    await this.row(label).click({ button: 'right' });
    const menu = this.#page.locator('.context-view .monaco-menu');
    const item = menu.locator('.action-menu-item').filter({ hasText: entry }).first();
    await item.waitFor();
    // A menu takes no click in the moment in which it opens.
    await until(`“${entry}” to be chosen`, async () => {
      if ((await menu.count()) === 0) return true;
      await item.click({ timeout: clickMs });
      return (await menu.count()) === 0;
    });
  }

  /** Runs an action of the section's title bar. */
  async titleAction(action: string): Promise<void> {
    await this.#pane.hover();
    await this.#page.locator(`.part.sidebar .actions a.action-label[aria-label^="${action}"]`).first().click();
  }
}
