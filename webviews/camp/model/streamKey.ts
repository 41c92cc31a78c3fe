import type { LineageLabel } from '../../../src/protocol/camp.ts';

/** Where an answer is written: by lineage and input. */
export function streamKey(label: LineageLabel, input: string): string {
  return `${label} ${input}`;
}
