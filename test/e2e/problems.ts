import type { Locator } from 'playwright-core';
import type { Workbench } from './workbench.ts';

/** Shows the Problems panel and answers its rows; the first one of a file is the file itself. */
export async function openProblems(workbench: Workbench): Promise<Locator> {
  await workbench.runCommand('Problems: Focus on Problems View');
  const panel = workbench.page.locator('.part.panel .markers-panel');
  await panel.waitFor();
  return panel.locator('.monaco-list-row');
}
