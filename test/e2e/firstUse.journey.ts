import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { tinyModel } from '../support/home.ts';
import { journey } from './journey.ts';
import { notification, press } from './notifications.ts';
import { webview } from './webview.ts';

const subjects = ['login', 'search', 'billing', 'editor', 'sync'];
const rows = Array.from({ length: 80 }, (_, index) => {
  const subject = subjects[index % subjects.length] ?? '';
  return `${JSON.stringify({ prompt: `${subject} fails (case ${String(index)})`, completion: JSON.stringify({ part: subject }) })}\n`;
}).join('');

journey('from a folder with a file of rows to a run that is finished', { files: { 'rows.jsonl': rows } }, async (workbench) => {
  const { page, quickInput } = workbench;
  await workbench.openContainer('Training Camp');
  await workbench.tree('Datasets').pane.getByRole('button').first().waitFor();
  await workbench.screenshot('first-use');

  await workbench.openFile('rows.jsonl');
  await workbench.runCommand('Training: Prepare Dataset');
  await quickInput.pick('rows.jsonl');
  await quickInput.entry('Import').waitFor();
  await workbench.screenshot('prepare-plan');
  await quickInput.pick('Import');
  await notification(page, '80 rows are in the dataset “rows”');
  await workbench.tree('Datasets').row('rows').waitFor();

  await press(page, '80 rows are in the dataset', 'Train');
  await quickInput.pick(tinyModel);
  await quickInput.pick('Standard');
  await quickInput.entry('Start').waitFor();
  await workbench.screenshot('wizard-preview');
  await quickInput.pick('Start');

  const panel = webview(page);
  await panel.getByRole('heading', { name: 'rows' }).waitFor();
  await panel.getByText('completed').first().waitFor({ timeout: 240_000 });
  await panel.getByRole('img', { name: /^Loss\. Train: / }).waitFor();
  await panel.getByRole('button', { name: 'Test against base' }).waitFor();
  await workbench.tree('Runs').row('rows').waitFor();
  await workbench.screenshot('first-run');

  const before = await panel.getByRole('img', { name: /^Loss\. Train: / }).getAttribute('aria-label');
  await workbench.reload();
  await webview(page).getByRole('heading', { name: 'rows' }).waitFor();
  const curve = webview(page).getByRole('img', { name: /^Loss\. Train: / });
  await curve.waitFor();
  expect(await curve.getAttribute('aria-label')).toBe(before);
  expect(readFileSync(path.join(workbench.workspace, 'rows.jsonl'), 'utf8')).toBe(rows);
});
