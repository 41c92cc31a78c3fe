import { onRows, type CommandEntry } from './commandTable.ts';

const view = 'trainingCamp.runs';

export const queueCommandEntries = {
  'trainingCamp.queue.pause': { title: 'Pause Queue', icon: 'debug-pause', menus: onRows(view, 'queue moving', { inline: 1 }) },
  'trainingCamp.queue.resume': { title: 'Resume Queue', icon: 'debug-continue', menus: onRows(view, 'queue paused', { inline: 1 }) },
  'trainingCamp.queue.move': { title: 'Move in Queue', icon: 'arrow-swap', menus: onRows(view, 'job', { group: '1_queue' }) },
  'trainingCamp.queue.prioritize': { title: 'Set Priority in Queue', icon: 'arrow-up', menus: onRows(view, 'job', { group: '1_queue' }) },
  'trainingCamp.queue.cancel': { title: 'Take out of Queue', icon: 'close', menus: onRows(view, 'job', { inline: 1, group: '9_danger' }) },
  'trainingCamp.queue.startWorker': { title: 'Start Worker', icon: 'play' },
} as const satisfies Record<string, CommandEntry>;
