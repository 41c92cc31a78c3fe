/** VS Code takes no step for done whose key was set before it showed the walkthrough. */
function done(milestone: string): string {
  return `onContext:trainingCamp.${milestone} && trainingCamp.isWalkthroughShown`;
}

/** The first steps, which a person takes once. A step is done when what it leads to is there, not when a button was pressed. */
export const walkthrough = {
  id: 'trainingCamp.firstSteps',
  title: 'Train your first adapter',
  description: 'From a data file to a fine-tuned model on this machine, tested on rows that it never saw.',
  icon: 'media/icon.png',
  steps: [
    {
      id: 'setUp',
      title: 'Set up training',
      description: 'Brings a Python environment with PyTorch and a small base model, once for this machine. It can be interrupted and goes on where it was.\n[Set Up Training](command:trainingCamp.setup.run)\nSomething does not work? [Run Doctor](command:trainingCamp.setup.doctor) says why.',
      media: { markdown: 'media/walkthrough/setUp.md' },
      completionEvents: [done('isSetUp')],
    },
    {
      id: 'dataset',
      title: 'Prepare a dataset',
      description: 'Choose a file with chats, prompts and answers, or text. What would be kept, and what is wrong, is shown before anything is written.\n[Prepare Dataset](command:trainingCamp.datasets.prepare)',
      media: { markdown: 'media/walkthrough/dataset.md' },
      completionEvents: [done('hasDatasets')],
    },
    {
      id: 'run',
      title: 'Start training',
      description: 'Choose the dataset, a base model and how thoroughly to train. The last page says what will happen before it happens.\n[Start Training](command:trainingCamp.runs.start)',
      media: { markdown: 'media/walkthrough/run.md' },
      completionEvents: [done('hasRuns')],
    },
    {
      id: 'test',
      title: 'Test it against its base, and ask it',
      description: 'The adapter and its base answer rows that training never saw. Then ask it yourself.\n[Test against Base](command:trainingCamp.adapters.test)\n[Ask Adapter](command:trainingCamp.adapters.ask)',
      media: { markdown: 'media/walkthrough/test.md' },
      completionEvents: [done('hasTestedAdapters')],
    },
    {
      id: 'session',
      title: 'Compare agents, and make training data of your scores',
      description: 'Say what you need. Four different agents answer side by side, you score them, and the scores become training data.\n[New Session](command:trainingCamp.sessions.new)',
      media: { markdown: 'media/walkthrough/session.md' },
      completionEvents: [done('hasSessions')],
    },
  ],
} as const;
