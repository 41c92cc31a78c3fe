import type { FrameLocator } from 'playwright-core';
import { expect } from 'vitest';
import type { Workbench } from './workbench.ts';

/** Elements that only markup out of a text could have made. */
const foreign = 'img[src="x"], script:not([nonce]):not([src]), iframe[srcdoc], base, math, a[href^="javascript"], a[href^="command:workbench.action.quit"], svg[onload]';

/** No text of a stranger has become markup, anywhere in the window or in the panel. */
export async function expectInert(workbench: Workbench, panel?: FrameLocator): Promise<void> {
  expect(await workbench.page.evaluate(() => 'hit' in window)).toBe(false);
  expect(await workbench.page.locator(`.part.sidebar :is(${foreign}), .notifications-center :is(${foreign})`).count()).toBe(0);
  if (panel !== undefined) expect(await panel.locator(`#root :is(${foreign})`).count()).toBe(0);
}
