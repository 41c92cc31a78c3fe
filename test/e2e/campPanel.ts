import type { FrameLocator, Locator, Page } from 'playwright-core';
import { webview } from './webview.ts';

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
}
