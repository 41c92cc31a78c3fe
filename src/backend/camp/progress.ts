import type { LineageLabel } from '../../protocol/camp.ts';

/** How far long work on a session is. */
export interface CampProgress {
  message: string;
  /** From 0 to 1; null where it can't be told. */
  share: number | null;
  /** A piece of an answer as it comes, and whose. `isFirst`: what came before it is over. */
  piece: { lineage: LineageLabel; input: number; text: string; isFirst: boolean } | null;
  /** What the trainer has said so far, where it is talked with. */
  reply?: string;
}

export type OnCampProgress = (progress: CampProgress) => void;

export interface WorkOptions {
  signal: AbortSignal;
  onProgress: OnCampProgress;
}
