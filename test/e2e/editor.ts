import type { Locator, Page } from 'playwright-core';
import { until } from '../support/until.ts';

/** Puts the cursor at a line and column of the active editor, both counted from 1. */
export async function goTo(page: Page, line: number, column = 1): Promise<void> {
  await page.keyboard.press('Control+G');
  const input = page.locator('.quick-input-widget:visible input').first();
  await input.fill(`:${line}:${column}`);
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

/** Takes a quick fix at the cursor by its title, once it is offered: the list that stands is not filled later. */
export async function quickFix(page: Page, title: string): Promise<void> {
  const fix = page.locator('.action-widget .monaco-list-row').filter({ hasText: title }).first();
  await until(`the quick fix “${title}”`, async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+.');
    await fix.click({ timeout: 3000 });
    return true;
  });
}

/** A code lens of the active editor by its text. */
export function codeLens(page: Page, title: string | RegExp): Locator {
  return page.locator('.editor-instance .codelens-decoration a').filter({ hasText: title }).first();
}

/** Replaces the whole text of the active editor. */
export async function replaceText(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(text);
}
