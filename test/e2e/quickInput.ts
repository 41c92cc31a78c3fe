import type { Locator, Page } from 'playwright-core';

/** The palette, quick-picks and input boxes: one widget at the top of the window. */
export class QuickInput {
  readonly #page: Page;
  readonly #widget: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#widget = page.locator('.quick-input-widget:visible');
  }

  /** Replaces what stands in the input, once it is there. */
  async type(text: string): Promise<void> {
    const input = this.#widget.locator('input[type="text"], input:not([type])').first();
    await input.waitFor();
    await input.fill(text);
  }

  /** Takes the entry with exactly this label. */
  async pick(label: string): Promise<void> {
    await this.entry(label).click();
  }

  /** An entry by its whole label. */
  entry(label: string): Locator {
    return this.#widget.locator('.monaco-list-row').filter({ has: this.#page.locator('.label-name').getByText(label, { exact: true }) }).first();
  }

  /** Labels of the entries that are shown. */
  async labels(): Promise<string[]> {
    return await this.#widget.locator('.monaco-list-row .label-name').allInnerTexts();
  }

  /** Confirms an input box, or a pick of several. */
  async accept(): Promise<void> {
    await this.#page.keyboard.press('Enter');
  }

  /** The line under an input box: a validation message, or the prompt. */
  message(): Locator {
    return this.#widget.locator('.quick-input-message');
  }
}
