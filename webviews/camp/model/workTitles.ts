import type { WorkKind } from '../../../src/protocol/sessionWork.ts';

/** What work is called while it is under way. */
export const workTitles: Readonly<Record<WorkKind, string>> = {
  suggestInputs: 'Thinking of inputs',
  propose: 'Proposing strategies',
  confirm: 'Making agents and running them',
  regenerate: 'Regenerating what is not locked',
  retry: 'Trying again',
  feedback: 'Evolving the agent by your words',
  promote: 'Making four lineages of it',
  judge: 'Having the judge score',
  chat: 'Asking the trainer',
  elsewhere: 'Under way in another window or terminal',
};
