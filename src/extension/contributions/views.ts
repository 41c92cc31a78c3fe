/** The views of the activity-bar container, in order, and what each says while it is empty. */
export interface ViewEntry {
  id: string;
  name: string;
  icon: string;
  /** Its share of the height at first. */
  size: number;
  /** Whether it is closed at first. */
  isCollapsed?: boolean;
  /** Shown instead of the tree while it has no row; `when` beside the trust and folder conditions that all share. */
  welcome: readonly { text: string; when?: string }[];
}

export const containerId = 'trainingCamp';

export const views: readonly ViewEntry[] = [
  {
    id: 'trainingCamp.sessions',
    name: 'Sessions',
    size: 3,
    icon: 'comment-discussion',
    welcome: [
      {
        text: 'In a session, four different agents answer the same inputs side by side. You score them, the trainer evolves them by your scores, and the scores become training data. None yet.\n[New Session](command:trainingCamp.sessions.new)\n[Import Session from File](command:trainingCamp.sessions.import)',
      },
    ],
  },
  {
    id: 'trainingCamp.runs',
    name: 'Runs',
    size: 4,
    icon: 'graph-line',
    welcome: [
      {
        text: 'A run fine-tunes an adapter on a dataset, on this machine. None yet.\n[Start Training](command:trainingCamp.runs.start)\nNew here? [The walkthrough](command:trainingCamp.openWalkthrough) leads from a data file to a tested adapter.',
      },
    ],
  },
  {
    id: 'trainingCamp.datasets',
    name: 'Datasets',
    size: 2,
    icon: 'database',
    welcome: [
      {
        text: 'A dataset is what a run learns from: chats, prompts with answers, or plain text. None yet.\n[Prepare Dataset](command:trainingCamp.datasets.prepare)\nJSONL, JSON, CSV, TSV, Parquet and text files can be prepared. What would be kept is shown before anything is written.',
      },
    ],
  },
  {
    id: 'trainingCamp.adapters',
    name: 'Adapters',
    size: 2,
    icon: 'package',
    welcome: [{ text: 'A completed run leaves an adapter, which can be tested against its base and asked. None yet.\n[Start Training](command:trainingCamp.runs.start)' }],
  },
  {
    id: 'trainingCamp.agents',
    name: 'Agents',
    size: 1,
    icon: 'robot',
    isCollapsed: true,
    welcome: [
      {
        text: 'Agents will stand here with their drills, memory and logs. This version does not show them yet.\nWhat you can do today: keep their files under CodeAgents, and train adapters for them.\n[Initialise Workspace](command:trainingCamp.setup.initialise)',
      },
    ],
  },
  {
    id: 'trainingCamp.reports',
    name: 'Reports',
    size: 1,
    icon: 'checklist',
    isCollapsed: true,
    welcome: [
      {
        text: 'Structure reports and daily reports will stand here. This version makes none yet.\nWhat you can do today: test an adapter against its base, which leaves a report beside the adapter.\n[Test Adapter against Base](command:trainingCamp.adapters.test)',
      },
    ],
  },
];
