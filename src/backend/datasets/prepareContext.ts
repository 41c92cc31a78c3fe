import type { Store } from '../store/db.ts';

export interface PrepareProgress {
  rows: number;
  /** Share of the input's bytes, 0–1. */
  share: number;
}

export interface PrepareContext {
  /** Null for a plan in a workspace without a database: nothing is opened and nothing made. */
  store: Store | null;
  /** `.training/datasets`. */
  datasets: string;
  /** What relative paths start from. */
  base: string;
  isAlive: (pid: number) => boolean;
  onProgress: (progress: PrepareProgress) => void;
  signal: AbortSignal;
}
