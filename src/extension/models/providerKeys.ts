import type * as vscode from 'vscode';

const storedAs = 'trainingCamp.providerKeys';

/** Keys of providers in the editor's secret storage, by the origin that each is for. */
export class ProviderKeys {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  async all(): Promise<{ origin: string; key: string }[]> {
    const stored: unknown = JSON.parse((await this.#secrets.get(storedAs)) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return [];
    return Object.entries(stored).flatMap(([origin, key]: [string, unknown]) => (typeof key === 'string' ? [{ origin, key }] : []));
  }

  /** Null forgets the key of an origin. */
  async keep(origin: string, key: string | null): Promise<void> {
    const others = (await this.all()).filter((entry) => entry.origin !== origin);
    const entries = key === null ? others : [...others, { origin, key }];
    await this.#secrets.store(storedAs, JSON.stringify(Object.fromEntries(entries.map((entry) => [entry.origin, entry.key]))));
  }
}
