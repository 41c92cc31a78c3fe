import assert from 'node:assert/strict';
import { until } from '../support/until.ts';
import { journey } from './journey.ts';
import { webview } from './webview.ts';

journey('the extension is listed among the installed ones, and its container opens', {}, async (workbench) => {
  await workbench.openContainer('Extensions');
  await workbench.page.locator('.extensions-viewlet .extension-list-item').filter({ hasText: 'Training Camp' }).waitFor();
  await workbench.openContainer('Training Camp');
  await workbench.tree('Runs').pane.waitFor();
  await workbench.screenshot('container');
});

if (process.env.VSIX !== undefined) {
  journey('the page of the packaged extension shows its README, and no picture that is missing', {}, async (workbench) => {
    await workbench.openContainer('Extensions');
    await workbench.page.locator('.extensions-viewlet .extension-list-item').filter({ hasText: 'Training Camp' }).click();
    const page = webview(workbench.page);
    // The page is made anew when the editor has learned more of the extension.
    await until('the README', () => page.getByRole('heading', { name: 'Start', exact: true }).isVisible());
    assert.equal(await page.locator('img').count(), 0);
  });
}
