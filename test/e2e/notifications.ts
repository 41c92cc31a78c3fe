import type { Locator, Page } from 'playwright-core';
import { until } from '../support/until.ts';

/**
 * A notification by a part of its text. Windows under the smoke-test driver pop none up, so the list behind the bell is
 * opened, as a person does who was away.
 */
export async function notification(page: Page, text: string | RegExp): Promise<Locator> {
  const center = page.locator('.notifications-center');
  const item = center.locator('.notification-list-item').filter({ hasText: text }).first();
  await until(`the notification ${String(text)}`, async () => {
    if (await item.isVisible()) return true;
    // The list closes when it is left, and opens only where there is something in it.
    if (!(await center.isVisible())) await page.locator('[id="status.notifications"]').click();
    // The bell's own hover would lie over the list.
    await page.mouse.move(0, 0);
    return await item.isVisible();
  });
  return item;
}

/** Presses a button of a notification. */
export async function press(page: Page, text: string | RegExp, button: string): Promise<void> {
  const item = await notification(page, text);
  await item.locator('.monaco-button').filter({ hasText: button }).first().click();
}

/** Titles of a notification's buttons, in their order. */
export async function buttonsOf(page: Page, text: string | RegExp): Promise<string[]> {
  const item = await notification(page, text);
  return await item.locator('.notification-list-item-buttons-container .monaco-button').allInnerTexts();
}
