import type { LineageLabel } from '../../../src/protocol/camp.ts';

/** All lineages, in order; the protocol's own list would bring its schemas along. */
export const lineageLabels: readonly LineageLabel[] = ['A', 'B', 'C', 'D'];
