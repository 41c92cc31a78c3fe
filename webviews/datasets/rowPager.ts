import type { ListedRow, RowFilterRequest, RowPage } from '../../src/protocol/datasetPages.ts';

export const rowsPerPage = 100;
/** Pages kept: what is further away is asked for again. */
const mostPages = 60;

export interface PagerInit {
  fetch: (page: { first: number; last: number }, signal: AbortSignal) => Promise<RowPage>;
  onChanged: () => void;
  onProblem: (error: unknown) => void;
}

/**
 * Holds the pages of a list that are near what is seen. Pages that have scrolled away before they came are cancelled, and
 * an answer to an earlier filter never shows up among the rows of a later one.
 */
export class RowPager {
  readonly #init: PagerInit;
  readonly #pages = new Map<number, readonly ListedRow[]>();
  readonly #running = new Map<number, AbortController>();
  /** Null until the first page has come. */
  total: number | null = null;

  constructor(init: PagerInit) {
    this.#init = init;
  }

  /** `index` counts from 0. Undefined while it has not come. */
  row(index: number): ListedRow | undefined {
    return this.#pages.get(Math.floor(index / rowsPerPage))?.[index % rowsPerPage];
  }

  /** Fetches what these rows need, both ends included, and gives up what they do not. */
  show(firstIndex: number, lastIndex: number): void {
    const wanted = new Set<number>();
    // The first page alone tells how many there are; with a search it takes long, and others would search as well.
    if (this.total === null) wanted.add(0);
    else for (let page = Math.floor(firstIndex / rowsPerPage); page <= Math.floor(lastIndex / rowsPerPage); page++) wanted.add(page);
    for (const [page, abort] of this.#running) {
      if (wanted.has(page)) continue;
      this.#running.delete(page);
      abort.abort();
    }
    for (const page of wanted) {
      if (!this.#pages.has(page) && !this.#running.has(page)) void this.#load(page);
    }
  }

  get isLoading(): boolean {
    return this.#running.size > 0;
  }

  dispose(): void {
    for (const abort of this.#running.values()) abort.abort();
    this.#running.clear();
  }

  async #load(page: number): Promise<void> {
    const abort = new AbortController();
    this.#running.set(page, abort);
    try {
      const { rows, total } = await this.#init.fetch({ first: page * rowsPerPage + 1, last: (page + 1) * rowsPerPage }, abort.signal);
      if (this.#running.get(page) !== abort) return;
      this.#running.delete(page);
      this.total = total;
      this.#pages.delete(page);
      this.#pages.set(page, rows);
      const [oldest] = this.#pages.keys();
      if (this.#pages.size > mostPages && oldest !== undefined) this.#pages.delete(oldest);
      this.#init.onChanged();
    } catch (error) {
      if (this.#running.get(page) !== abort) return;
      this.#running.delete(page);
      if (!abort.signal.aborted) this.#init.onProblem(error);
    }
  }
}

/** Whether two filters let the same rows through. */
export function isSameFilter(a: RowFilterRequest, b: RowFilterRequest): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
