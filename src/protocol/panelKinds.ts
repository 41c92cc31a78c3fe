import type { Caller } from './contract.ts';

/** The panels: what they show is theirs (`subject`: a run, a dataset), who they are as callers, and their bundle's name. */
export const panelKinds = {
  dashboard: { caller: 'dashboard', bundle: 'dashboard', title: 'Training Camp' },
  dataset: { caller: 'datasetPanel', bundle: 'datasets', title: 'Dataset' },
  run: { caller: 'runPanel', bundle: 'runs', title: 'Run' },
} as const satisfies Record<string, { caller: Caller; bundle: string; title: string }>;
export type PanelKind = keyof typeof panelKinds;
