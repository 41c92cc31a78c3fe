import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { tinyModel } from '../support/home.ts';
import { codeLens, goTo, quickFix } from './editor.ts';
import { journey } from './journey.ts';
import { openProblems } from './problems.ts';
import { webview } from './webview.ts';

const good = (index: number) => JSON.stringify({ messages: [{ role: 'user', content: `What is ${String(index)} plus one?` }, { role: 'assistant', content: `It is ${String(index + 1)}.` }] });
const lines = Array.from({ length: 60 }, (_, index) => good(index));
const fixed = `${lines.join('\n')}\n`;
const broken = `${[
  ...lines.slice(0, 3),
  lines[3]?.replace(/\]\}$/, ',]}'),
  lines[4]?.replace('"user"', '"usr"'),
  ...lines.slice(5),
  lines[7],
].join('\n')}\n`;

journey('a broken dataset is fixed by quick fixes until it is clean, then trained on from its code lens', { files: { 'CodeAgents/datasets/sums.jsonl': broken } }, async (workbench) => {
  const { page, quickInput, workspace } = workbench;
  await workbench.openFile('sums.jsonl');
  const problems = await openProblems(workbench);
  const shows = (code: string) => problems.filter({ hasText: code });
  for (const code of ['json_trailing_comma', 'role_unknown', 'row_duplicate']) await shows(code).waitFor();
  await workbench.screenshot('problems');

  await workbench.openFile('sums.jsonl');
  const [, , , , badRole = ''] = broken.split('\n');
  await goTo(page, 5, badRole.indexOf('"usr"') + 2);
  await quickFix(page, 'Write the role as “user”');
  await shows('role_unknown').waitFor({ state: 'detached' });
  await goTo(page, 4, (lines[3]?.length ?? 0) - 1);
  await quickFix(page, 'Fix all safe problems of this file');
  for (const code of ['json_trailing_comma', 'row_duplicate']) await shows(code).waitFor({ state: 'detached' });

  await codeLens(page, 'Train').click();
  await quickInput.pick(tinyModel);
  await quickInput.pick('Quick look');
  await quickInput.pick('Start');
  const panel = webview(page);
  await panel.getByRole('heading', { name: 'sums' }).waitFor();
  await panel.getByText('completed').first().waitFor({ timeout: 240_000 });
  expect(readFileSync(path.join(workspace, 'CodeAgents/datasets/sums.jsonl'), 'utf8')).toBe(fixed);
});
