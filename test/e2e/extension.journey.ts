import { journey } from './journey.ts';

journey('the extension is listed among the installed ones, and its container opens', {}, async (workbench) => {
  await workbench.openContainer('Extensions');
  await workbench.page.locator('.extensions-viewlet .extension-list-item').filter({ hasText: 'Training Camp' }).waitFor();
  await workbench.openContainer('Training Camp');
  await workbench.tree('Runs').pane.waitFor();
  await workbench.screenshot('container');
});
