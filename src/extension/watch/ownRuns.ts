import type * as vscode from 'vscode';

const key = 'trainingCamp.ownRuns';
/** Older ones have ended long ago. */
const mostKept = 50;

/**
 * The runs that this window started or resumed: their ends are told here and in no other window. Kept over a reload.
 */
export class OwnRuns {
  readonly #state: vscode.Memento;

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  has(id: string): boolean {
    return this.#read().includes(id);
  }

  async add(id: string): Promise<void> {
    await this.#state.update(key, [...this.#read().filter((one) => one !== id), id].slice(-mostKept));
  }

  async remove(id: string): Promise<void> {
    await this.#state.update(key, this.#read().filter((one) => one !== id));
  }

  #read(): string[] {
    const stored: unknown = this.#state.get(key);
    return Array.isArray(stored) ? stored.filter((one) => typeof one === 'string') : [];
  }
}
