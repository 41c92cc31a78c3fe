// `node src/bootstrap.mjs exec test/e2e/pictures.ts WORKSPACE`: the pictures of docs/marketplace.md, taken anew in
// media/screenshots. WORKSPACE is one in which a run was made, such as that of `npm run demo`; it is copied.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../runner/suite.ts';
import { openProblems } from './problems.ts';
import { webview } from './webview.ts';
import { Workbench } from './workbench.ts';

const folder = path.join(root, 'media', 'screenshots');
const [from] = process.argv.slice(2);
if (from === undefined) throw new Error('Name a workspace in which a run was made.');

/** Rows of which each lacks or has something that is found while they are written. */
const broken = [
  { messages: [{ role: 'system', content: 'Triage the bug report as JSON.' }, { role: 'user', content: 'The search hangs on Android 14.' }, { role: 'assistant', content: '{"component":"search","severity":"high"}' }] },
  { messages: [{ role: 'user', content: 'Sign-in fails on iOS 18.' }] },
  { messages: [{ role: 'user', content: 'The cart loses items.' }, { role: 'asistant', content: '{"component":"cart"}' }] },
  { messages: [{ role: 'user', content: 'Pictures do not load.' }, { role: 'assistant', content: '' }] },
];

mkdirSync(folder, { recursive: true });
const workbench = await Workbench.open({ from });
try {
  const { page } = workbench;
  await page.setViewportSize({ width: 1360, height: 850 });
  await workbench.openContainer('Training Camp');
  await workbench.runCommand('Training: Follow Run');
  await workbench.quickInput.entry('triage').click();
  await webview(page).getByRole('img', { name: /^Loss\. Train: / }).waitFor();
  await take('run');

  await workbench.runCommand('Training: Open Dataset');
  await workbench.quickInput.entry('triage').click();
  await webview(page).getByText(/^\d+ rows$/).waitFor();
  await take('dataset');

  writeFileSync(path.join(workbench.workspace, 'reports.jsonl'), `${broken.map((row) => JSON.stringify(row)).join('\n')}\n`);
  await workbench.openFile('reports.jsonl');
  await page.locator('.squiggly-error').first().waitFor();
  await (await openProblems(workbench)).nth(1).waitFor();
  await take('problems');
} finally {
  await workbench.close();
}
workbench.server.remove();

async function take(name: string): Promise<void> {
  const file = path.join(folder, `${name}.png`);
  await workbench.page.screenshot({ path: file, animations: 'disabled' });
  console.log(file);
}
