import type { Workbench } from './workbench.ts';

/** Trusts the workspace of a window that a journey opened with `startsUntrusted`, as a person does it. */
export async function trustWorkspace(workbench: Workbench): Promise<void> {
  await workbench.runCommand('Workspaces: Manage Workspace Trust');
  const editor = workbench.page.locator('.workspace-trust-editor');
  await editor.locator('.monaco-button').filter({ hasText: /^Trust$/ }).click();
  await editor.getByText('You trust this folder').waitFor();
  await workbench.runCommand('View: Close Editor');
  await editor.waitFor({ state: 'hidden' });
}
