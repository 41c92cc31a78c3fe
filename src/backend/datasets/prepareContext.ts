import type { Store } from '../store/db.ts';

export interface PrepareProgress {
  rows: number;
  /** Share of the input's bytes, 0–1. */
  share: number;
}

export interface PrepareContext {
  /** For a plan in a folder without a database an empty one in memory. */
  store: Store;
  /** `.training/datasets`. */
  datasets: string;
  /** What relative paths start from. */
  base: string;
  isAlive: (pid: number) => boolean;
  onProgress: (progress: PrepareProgress) => void;
  signal: AbortSignal;
}
