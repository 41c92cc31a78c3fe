import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { findHome, workspaceAt } from '../../src/backend/platform/workspace.ts';
import { prepareOptionsSchema } from '../../src/backend/datasets/prepareOptions.ts';
import { Services } from '../../src/backend/services.ts';
import { until } from '../support/until.ts';
import { journey } from './journey.ts';
import { webview } from './webview.ts';
import type { Workbench } from './workbench.ts';

const restoreMs = 120_000;
const topics = ['refund', 'delivery', 'invoice', 'password', 'warranty', 'address', 'voucher', 'return'];

/** Rows of many lengths, some of which deserve a remark. */
function lines(): string[] {
  const rows = Array.from({ length: 400 }, (_, index) => {
    const topic = topics[index % topics.length] ?? '';
    const more = Array.from({ length: index % 23 }, (_unused, at) => `Customer note ${String(at * 31 + index)} about the ${topics[(at * index) % topics.length] ?? ''} was read.`).join(' ');
    return {
      messages: [
        { role: 'system', content: 'You answer for a shop.' },
        { role: 'user', content: `Question ${String(index)}: what about my ${topic}? ${more}` },
        { role: 'assistant', content: index % 50 === 7 ? 'I cannot help with that.' : `Your ${topic} of order ${String(index * 7919)} is on its way. ${more}` },
      ],
    };
  });
  const call = { id: 'c1', type: 'function', function: { name: 'find_order', arguments: JSON.stringify({ order: 17, fields: ['state', 'place'] }) } };
  const special = [
    {
      messages: [
        { role: 'user', content: 'Where is order 17?' },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'c1', content: '{"state":"sent","place":"Graz"}' },
        { role: 'assistant', content: 'It was sent and is in Graz.', weight: 1 },
      ],
      tools: [{ type: 'function', function: { name: 'find_order', parameters: { type: 'object' } } }],
    },
    { messages: [{ role: 'user', content: 'Hello' }, { role: 'assistant', content: 'A first try.', weight: 0 }, { role: 'user', content: '<img src=x onerror="document.title=1"> \u202egnorw\u202c zero\u200bwidth' }, { role: 'assistant', content: 'Please write that again.' }] },
    ...['Tuesday', 'Wednesday'].map((day) => ({
      messages: [
        { role: 'user', content: 'Please tell me in one long sentence when exactly the parcel with the blue garden chairs will arrive at my house.' },
        { role: 'assistant', content: `The parcel with the blue garden chairs will arrive at your house on ${day} in the afternoon, between two and four o'clock, if nothing comes in between on its way. Please have somebody at home who can sign for it, and keep the packaging until you have looked at all of the chairs.` },
      ],
    })),
  ];
  return [...special, ...rows].map((row) => JSON.stringify(row)).concat('{"messages": [{"role": "user", "content": "no answer"}]}', '{"messages": [');
}

async function importRows(workbench: Workbench): Promise<void> {
  const file = path.join(workbench.workspace, 'shop.jsonl');
  writeFileSync(file, `${lines().join('\n')}\n`);
  const services = new Services({ workspace: workspaceAt(workbench.workspace), home: findHome(process.env, process.platform), env: process.env });
  try {
    await services.datasets.prepare(prepareOptionsSchema.parse({ paths: ['shop.jsonl'], name: 'shop' }), { base: workbench.workspace, onProgress: () => undefined, signal: new AbortController().signal });
  } finally {
    services.dispose();
  }
}

journey('a dataset is looked at: filters, a row in full, issues, near duplicates, and the tokens that are trained', {}, async (workbench) => {
  await importRows(workbench);
  await workbench.runCommand('Training: Open Dataset');
  await workbench.quickInput.pick('shop');
  await workbench.page.locator('.tab[aria-label^="shop"]').waitFor({ timeout: restoreMs });
  const panel = webview(workbench.page);
  const rows = panel.getByRole('treegrid');
  await panel.getByRole('heading', { name: 'shop' }).waitFor();
  await rows.getByText('Where is order 17?').waitFor();
  await workbench.screenshot('dataset-rows');

  // By the keyboard: the first row is chosen, Enter opens it.
  await rows.focus();
  await workbench.page.keyboard.press('Enter');
  await panel.getByText('calls find_order').waitFor();
  await workbench.page.keyboard.press('ArrowDown');
  await workbench.page.keyboard.press('Enter');
  await panel.getByText('U+202E').first().waitFor();
  await panel.getByText('weight 0: context, not trained').waitFor();
  await workbench.screenshot('dataset-row');

  await panel.getByLabel('Text in rows').fill('voucher of order');
  await panel.getByText('50 of 404 rows match').waitFor();
  await panel.getByRole('button', { name: 'Clear Filters' }).click();
  await panel.getByText('404 rows', { exact: true }).waitFor();
  await panel.getByRole('group', { name: 'Quality: rows by range' }).getByRole('button').filter({ visible: true }).last().click();
  await panel.getByText(/^\d+ of 404 rows match$/).waitFor();
  // Hidden behind a file and shown again: it is loaded anew and has kept what was chosen.
  await workbench.openFile('shop.jsonl');
  await workbench.page.locator('.tab[aria-label^="shop"]').first().click();
  await panel.getByText(/^\d+ of 404 rows match$/).waitFor({ timeout: restoreMs });
  expect(await panel.getByLabel('Quality from').inputValue()).toBe('9');
  await panel.getByRole('button', { name: 'Clear Filters' }).click();

  await workbench.reload();
  await panel.getByRole('heading', { name: 'shop' }).waitFor({ timeout: restoreMs });

  await panel.getByRole('tab', { name: /Issues/ }).click();
  await panel.getByText('assistant_missing').waitFor();
  await workbench.screenshot('dataset-issues');

  await panel.getByRole('tab', { name: /Duplicates/ }).click();
  await panel.getByRole('button', { name: 'Find Near Duplicates' }).click();
  await panel.getByText('Wednesday').first().waitFor();
  await workbench.screenshot('dataset-duplicates');

  await panel.getByRole('tab', { name: 'Tokens' }).click();
  await panel.getByRole('heading', { name: /^Row 1\b/ }).waitFor({ timeout: restoreMs });
  await until('a stop token', async () => (await panel.locator('.tokens .token.stop').count()) > 0);
  await panel.locator('.tokens').first().focus();
  await workbench.page.keyboard.press('ArrowRight');
  await panel.getByText(/^Token 1 · id \d+/).waitFor();
  await workbench.screenshot('dataset-tokens');

  await panel.getByRole('tab', { name: /^Rows/ }).click();
  await panel.getByRole('treegrid').focus();
  await workbench.page.keyboard.press('Home');
  await workbench.page.keyboard.press('ArrowDown');
  await workbench.page.keyboard.press('Enter');
  await panel.getByRole('button', { name: /shop\.jsonl:2$/ }).click();
  await workbench.page.locator('.tab[aria-label^="shop.jsonl"]').nth(1).waitFor();
});
