import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { sessionDocumentSchema, type SessionDocument } from '../../src/protocol/camp.ts';
import { until } from '../support/until.ts';
import { webview } from './webview.ts';
import type { Workbench } from './workbench.ts';

/** The panel of a session that is in sight. */
export class CampPanel {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get frame(): FrameLocator {
    return webview(this.#page);
  }

  /** The card of a lineage, while names are not hidden. */
  card(label: string): Locator {
    return this.frame.locator(`.lineage[data-label="${label}"]`);
  }

  /** A card that has an answer which can be scored. */
  answered(label: string): Locator {
    return this.card(label).filter({ has: this.frame.locator('.scores button:not(:disabled)') });
  }

  button(name: string | RegExp): Locator {
    return this.frame.getByRole('button', { name });
  }

  dialog(name: string | RegExp): Locator {
    return this.frame.getByRole('dialog', { name });
  }

  /** The score that a card shows as chosen. */
  score(label: string, score: number): Locator {
    return this.card(label).getByRole('radio', { name: `${String(score)} of 10`, checked: true });
  }

  /** Scores the card that has the focus, as a person does. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.#page.keyboard.press(key);
  }

  /** A text that the panel shows, once it does. */
  async says(text: string | RegExp): Promise<void> {
    await this.frame.getByText(text).first().waitFor();
  }

  /** Goes to a card by the keyboard's own focus. */
  async focus(label: string): Promise<void> {
    await this.card(label).focus();
  }
}

/** The session whose file is as `expected`, as anybody could read it, once there is one; the one written last of several. */
export async function savedSession(workspace: string, what: string, expected: (document: SessionDocument) => boolean): Promise<SessionDocument> {
  return await until(what, () => savedSessions(workspace).find(expected) ?? false);
}

export function newestSession(workspace: string): SessionDocument | null {
  return savedSessions(workspace)[0] ?? null;
}

/** Newest first. */
function savedSessions(workspace: string): SessionDocument[] {
  const folder = path.join(workspace, 'CodeAgents', 'camp');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => path.join(folder, name))
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs)
    .map((file) => sessionDocumentSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
}

/** Leads a new session to four answered cards, as fast as a person could. */
export async function beginSession(workbench: Workbench, camp: CampPanel, { need, inputs, heldOut = [] }: { need: string; inputs: string[]; heldOut?: string[] }): Promise<void> {
  await fillNewSession(workbench, camp, { need, inputs, heldOut });
  await camp.button('Propose Strategies').click();
  await camp.button('Confirm and Run').and(camp.frame.locator(':enabled')).click();
  for (const label of ['A', 'B', 'C', 'D']) await camp.answered(label).waitFor();
  await camp.button('Cancel').waitFor({ state: 'detached' });
}

export async function fillNewSession(workbench: Workbench, camp: CampPanel, { need, inputs, heldOut = [] }: { need: string; inputs: string[]; heldOut?: string[] }): Promise<void> {
  await workbench.openContainer('Training Camp');
  await workbench.runCommand('Training: New Session');
  await camp.frame.getByLabel('What do you need?').fill(need);
  for (const [index, text] of [...inputs, ...heldOut].entries()) {
    if (index > 0) await camp.button('Add an Input').click();
    await camp.frame.getByLabel(`Input ${String(index + 1)}`, { exact: true }).fill(text);
    if (index >= inputs.length) await camp.frame.getByLabel('held out').nth(index).check();
  }
}
