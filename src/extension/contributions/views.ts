/** The views of the activity-bar container, in order, and what each says while it is empty. */
export interface ViewEntry {
  id: string;
  name: string;
  icon: string;
  /** Shown instead of the tree while it has no row; `when` beside the trust and folder conditions that all share. */
  welcome: readonly { text: string; when?: string }[];
}

export const containerId = 'trainingCamp';

export const views: readonly ViewEntry[] = [
  {
    id: 'trainingCamp.runs',
    name: 'Runs',
    icon: 'graph-line',
    welcome: [{ text: 'No run yet.\nA run fine-tunes an adapter on a dataset.' }],
  },
];
