import * as vscode from 'vscode';
import type { queueCommandEntries } from '../contributions/queueCommands.ts';
import type { HandlersFor } from './command.ts';
import { pickJob } from './pick.ts';
import { showWithRepairs } from './problem.ts';

export const queueCommands: HandlersFor<typeof queueCommandEntries> = {
  'trainingCamp.queue.pause': async ({ backend }) => await backend.request('queue/pause', {}),
  'trainingCamp.queue.resume': async ({ backend }) => await backend.request('queue/resume', {}),
  'trainingCamp.queue.move': async (app, row) => {
    const job = await pickJob(app, row, 'Move which run?');
    const { jobs } = await app.backend.request('queue/list', {});
    const length = jobs.filter(({ status }) => status === 'queued').length;
    const typed = await vscode.window.showInputBox({
      title: 'Place in the queue',
      prompt: `1 is next, ${String(length)} is last.`,
      value: '1',
      validateInput: (text) => (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= length ? undefined : `A whole number from 1 to ${String(length)}.`),
    });
    if (typed === undefined) throw new vscode.CancellationError();
    await app.backend.request('queue/move', { job, to: Number(typed) });
  },
  'trainingCamp.queue.prioritize': async (app, row) => {
    const job = await pickJob(app, row, 'Whose priority?');
    const picked = await vscode.window.showQuickPick(
      [
        { label: 'High', description: 'before all others', priority: 'high' as const },
        { label: 'Normal', description: 'in the order of starting', priority: 'normal' as const },
        { label: 'Low', description: 'after all others', priority: 'low' as const },
      ],
      { title: 'Priority' },
    );
    if (picked === undefined) throw new vscode.CancellationError();
    await app.backend.request('queue/prioritize', { job, priority: picked.priority });
  },
  'trainingCamp.queue.cancel': async (app, row) => await app.backend.request('queue/cancel', { job: await pickJob(app, row, 'Take which run out of the queue?') }),
  'trainingCamp.queue.startWorker': async ({ backend }) => {
    const { pid } = await backend.request('worker/start', {});
    showWithRepairs('information', `The worker is process ${String(pid ?? 0)}. It ends by itself a minute after the last run.`, []);
  },
};
