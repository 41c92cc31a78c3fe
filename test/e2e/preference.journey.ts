import { tinyModel } from '../support/home.ts';
import { journey } from './journey.ts';
import { notification, press } from './notifications.ts';
import { webview } from './webview.ts';

const rows = Array.from({ length: 80 }, (_, index) => {
  const words = `shelf ${String(index)}`;
  return `${JSON.stringify({ prompt: `How do I sort ${words}?`, chosen: `You could perhaps sort ${words} later.`, rejected: `1. Sort ${words}.` })}\n`;
}).join('');

journey('preferences are trained as such, and their panel shows what a margin hides', { files: { 'pairs.jsonl': rows } }, async (workbench) => {
  const { page, quickInput } = workbench;
  await page.setViewportSize({ width: 1500, height: 1500 });
  await workbench.openFile('pairs.jsonl');
  await workbench.runCommand('Training: Prepare Dataset');
  await quickInput.pick('pairs.jsonl');
  await quickInput.pick('Import');
  await notification(page, '80 rows are in the dataset “pairs”');
  await press(page, '80 rows are in the dataset', 'Train');
  await quickInput.pick(tinyModel);
  await quickInput.pick('Standard');
  await quickInput.entry('method').waitFor();
  await workbench.screenshot('preference-preview');
  await quickInput.pick('Start');

  const panel = webview(page);
  await panel.getByRole('heading', { name: 'pairs' }).waitFor();
  await panel.getByRole('button', { name: 'Test against base' }).waitFor({ timeout: 240_000 });
  await panel.getByRole('img', { name: /^Log-probability per token\. Chosen: / }).waitFor();
  await panel.getByRole('img', { name: /^Chosen answer preferred\. Train: .*Validation: / }).waitFor();
  await panel.getByRole('img', { name: /^Reward margin\. Train: .*Validation: / }).waitFor();
  await panel.getByText('Preferred pairs').waitFor();
  await panel.getByText(/^from \d+(\.\d+)? %$/).waitFor();
  await workbench.screenshot('preference-run');
});
