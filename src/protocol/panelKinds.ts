import type { Caller } from './contract.ts';

/** What a panel is: who it is as a caller of the backend, its bundle's name, and which of our commands it may carry out. */
interface PanelEntry {
  caller: Caller;
  bundle: string;
  title: string;
  /** Ids of commands without their prefix `trainingCamp.`. A webview is not trusted: any other is refused. */
  actions: readonly string[];
}

/** The panels. What one shows is its subject: a run or several, a dataset, the workspace. */
export const panelKinds = {
  dashboard: {
    caller: 'dashboard',
    bundle: 'dashboard',
    title: 'Training Camp',
    actions: ['adapters.test', 'datasets.open', 'datasets.prepare', 'runs.open', 'runs.start', 'setup.run', 'setup.doctor', 'showLog'],
  },
  dataset: { caller: 'datasetPanel', bundle: 'datasets', title: 'Dataset', actions: ['datasets.remove', 'datasets.train', 'setup.run', 'showLog'] },
  camp: {
    caller: 'campPanel',
    bundle: 'camp',
    title: 'Session',
    actions: ['sessions.created', 'sessions.openFile', 'sessions.open', 'datasets.open', 'runs.open', 'providers.add', 'providers.setKey', 'setup.run', 'showLog'],
  },
  run: { caller: 'runPanel', bundle: 'runs', title: 'Run', actions: ['adapters.test', 'runs.open', 'setup.run', 'setup.doctor', 'showLog'] },
} as const satisfies Record<string, PanelEntry>;
export type PanelKind = keyof typeof panelKinds;

/** An action that some panel has. */
export type PanelAction = (typeof panelKinds)[PanelKind]['actions'][number];

/** The subject of a panel in which a session is written that does not exist yet; no id is spelled so. */
export const newSessionSubject = 'new';
