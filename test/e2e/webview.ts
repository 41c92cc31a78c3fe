import type { FrameLocator, Page } from 'playwright-core';

/** The document of the webview that is in sight: VS Code puts it two frames deep. Where several are, `index` counts from 0. */
export function webview(page: Page, index = 0): FrameLocator {
  return page.locator('iframe.webview.ready:visible').nth(index).contentFrame().frameLocator('iframe#active-frame');
}
