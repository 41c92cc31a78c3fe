import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { beginSession, CampPanel, savedSession } from './campPanel.ts';
import { journey } from './journey.ts';
import { useScriptedProvider } from './scriptedProvider.ts';

const secret = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';

journey('a session gets further inputs, other settings and a judge, and is exported as a person wants it', { env: { TRAINING_CAMP_RETRY_BASE_MS: '10' } }, async (workbench) => {
  const { page, workspace } = workbench;
  await useScriptedProvider(workbench);
  const camp = new CampPanel(page);
  await page.setViewportSize({ width: 1500, height: 1000 });
  await beginSession(workbench, camp, { need: 'Answer tickets of our support desk.', inputs: [`My token ${secret} is refused.`] });

  // Inputs are suggested, looked at, and answered by the agents that are there.
  await camp.button('add inputs…').click();
  const adding = camp.dialog('Add inputs');
  await camp.button('Suggest Inputs').click();
  await adding.getByLabel('Input 4').waitFor();
  await workbench.screenshot('camp-add-inputs');
  await camp.button('Remove input 3').click();
  await adding.getByLabel('Input 1', { exact: true }).fill('Where is my parcel?');
  await camp.button('Add and Run').click();
  const answered = await savedSession(workspace, 'every agent has answered every input', ({ cycles }) => cycles[0]?.standings.length === 16);
  expect(answered.inputs.map(({ split }) => split)).toEqual(['train', 'train', 'train', 'heldOut']);
  expect(answered.inputs[1]?.text).toBe('Where is my parcel?');
  await camp.button('Cancel').waitFor({ state: 'detached' });

  // Settings count from now on, and the judge scores what stands.
  await camp.button('Settings…').click();
  const settings = camp.dialog('Settings of the session');
  await settings.getByLabel('Name').fill('Support desk');
  await settings.getByLabel('Judges').selectOption('scripted:scripted');
  await settings.getByRole('spinbutton').fill('5');
  await workbench.screenshot('camp-settings');
  await camp.button('Save').click();
  await camp.frame.getByRole('heading', { name: 'Support desk' }).waitFor();
  await camp.says('cap $5');
  await camp.button('Settings…').click();
  await camp.button('Judge What Stands').click();
  await savedSession(workspace, 'the judge has scored', ({ evaluations }) => evaluations.filter(({ by }) => by === 'judge').length >= 12);
  await camp.button('Cancel').waitFor({ state: 'detached' });
  for (const [label, score] of [['A', 9], ['B', 7], ['C', 4], ['D', 2]] as const) {
    await camp.focus(label);
    await camp.press(String(score));
    await camp.score(label, score).waitFor();
  }
  await camp.button('Settings…').click();
  await settings.getByText('scripted:scripted and you, over 4 answers').waitFor();
  await workbench.screenshot('camp-judge');
  await camp.button('Close').click();

  // A secret is named, and nothing is written before a person decides.
  const exports = () => readdirSync(path.join(workspace, '.training', 'exports'));
  await camp.button('Export…').click();
  const exporting = camp.dialog('Export as training data');
  await exporting.getByLabel('System prompt of all rows').selectOption('that of A, version 1');
  await camp.button('Write File').click();
  await exporting.getByText('Nothing was written yet.').waitFor();
  await workbench.screenshot('camp-secrets');
  expect(() => exports()).toThrow();
  await camp.button('Mask Them').click();
  await exporting.getByText('6 rows. 18 left out').waitFor();
  const [file] = exports();
  const rows = readFileSync(path.join(workspace, '.training', 'exports', file ?? ''), 'utf8');
  expect(rows).not.toContain(secret);
  expect(rows).toContain(answered.lineages[0]?.agents[0]?.definition.systemPrompt);
  await camp.button('Write File').click();
  await camp.button('Write Them as They Are').click();
  await exporting.getByText('Looks like').waitFor();
  expect(exports().map((name) => readFileSync(path.join(workspace, '.training', 'exports', name), 'utf8')).join('')).toContain(secret);

  // An agent is a program.
  await exporting.getByRole('radio', { name: 'TypeScript' }).check();
  await exporting.getByRole('combobox', { name: 'Agent' }).selectOption({ index: 1 });
  await camp.button('Write File').click();
  await exporting.getByText('.ts').waitFor();
  await workbench.screenshot('camp-export-code');
  expect(exports().some((name) => name.endsWith('.ts'))).toBe(true);
});
