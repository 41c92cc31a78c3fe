import * as vscode from 'vscode';
import path from 'node:path';
import type { App } from '../app.ts';
import type { runCommandEntries } from '../contributions/runCommands.ts';
import type { RunState } from '../../protocol/runs.ts';
import { nameText } from '../views/texts.ts';
import { idFrom, idsFrom } from '../views/rows.ts';
import type { HandlersFor } from './command.ts';
import { confirm } from './confirm.ts';
import { longRequest } from './longRequest.ts';
import { pickRun, pickRuns } from './pick.ts';
import { showWithRepairs } from './problem.ts';

const active: RunState[] = ['starting', 'running', 'stopping'];
const resumable: RunState[] = ['interrupted', 'cancelled', 'failed'];

export const runCommands: HandlersFor<typeof runCommandEntries> = {
  'trainingCamp.runs.start': async (app) => await openWizard(app, {}),
  'trainingCamp.runs.refresh': async ({ views }) => views.runs.refresh(),
  'trainingCamp.runs.open': async (app, row) => app.panels.open('run', await pickRun(app, row, { title: 'Follow which run?' })),
  'trainingCamp.runs.stop': async (app, row) => {
    const run = await pickRun(app, row, { title: 'Stop which run?', states: active });
    const { checkpoint } = await longRequest(app, { title: 'Stopping: the run saves a checkpoint', method: 'runs/stop', params: { run } });
    // The tree shows that it ended; what a person may want to know is that nothing can be resumed.
    if (checkpoint === null) showWithRepairs('warning', 'The run ended before it saved a checkpoint, so it starts from the beginning when it is resumed.', []);
  },
  'trainingCamp.runs.discard': async (app, row) => {
    const run = await pickRun(app, row, { title: 'End which run without saving?', states: active });
    await confirm({ question: 'End this run without saving?', detail: 'Steps since its last checkpoint are lost, and no adapter is made. Its log and its curves stay.', action: 'End Run' });
    await longRequest(app, { title: 'Ending the run', method: 'runs/stop', params: { run, discard: true } });
  },
  'trainingCamp.runs.resume': async (app, row) => {
    const run = await pickRun(app, row, { title: 'Resume which run?', states: resumable });
    await resume(app, run, null);
  },
  'trainingCamp.runs.extend': async (app, row) => {
    const run = await pickRun(app, row, { title: 'Which run goes on?', states: ['completed'] });
    const typed = await vscode.window.showInputBox({
      title: 'Train further epochs',
      prompt: 'How many passes over the training rows are added. A new run goes on from this one’s adapter.',
      value: '1',
      validateInput: (text) => (Number(text) > 0 && Number(text) <= 1000 ? undefined : 'A number above 0, at most 1000.'),
    });
    if (typed === undefined) throw new vscode.CancellationError();
    await resume(app, run, Number(typed));
  },
  'trainingCamp.runs.compare': async (app, row, selected) => {
    const chosen = idsFrom(row, selected, 'run');
    const runs = chosen.length > 1 ? chosen : [...new Set([...chosen, ...(await pickRuns(app, 'Compare which runs?'))])];
    app.panels.open('run', runs.join(','));
  },
  'trainingCamp.runs.again': async (app, row) => {
    const id = await pickRun(app, row, { title: 'Run which one again?' });
    await openWizard(app, { again: id });
  },
  'trainingCamp.runs.openLog': async (app, row) => {
    const { path: file } = await app.backend.request('runs/logs', { run: await pickRun(app, row, { title: 'Whose log?' }), tail: 0 });
    await vscode.window.showTextDocument(vscode.Uri.file(file));
  },
  'trainingCamp.runs.openFolder': async (app, row) => {
    const { run } = await app.backend.request('runs/status', { run: await pickRun(app, row, { title: 'Whose folder?' }) });
    await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(path.join(run.path, 'config.json')));
  },
  'trainingCamp.runs.copyId': async (app, row) => await vscode.env.clipboard.writeText(runOfJob(row) ?? (await pickRun(app, row))),
};

/** The wizard is loaded when it is first needed. */
export async function openWizard(app: App, from: { dataset?: string; again?: string }): Promise<void> {
  const { startTraining } = await import('../wizard/startTraining.ts');
  await startTraining(app, from);
}

async function resume(app: App, run: string, extendEpochs: number | null): Promise<void> {
  const result = await longRequest(app, { title: 'Looking for the newest checkpoint that is whole', method: 'runs/resume', params: { run, extendEpochs } });
  await app.ownRuns.add(result.run.id);
  app.panels.open('run', result.run.id);
  const [rejected] = result.rejected;
  if (rejected !== undefined) showWithRepairs('warning', `The checkpoint ${nameText(rejected.name)} is damaged (${rejected.problem}); the run goes on from ${nameText(result.checkpoint)}.`, []);
  if (result.workerProblem !== null) showWithRepairs('warning', `The run is queued, but no worker is ready: ${result.workerProblem}`, [{ title: 'Run Doctor', command: 'trainingCamp.setup.doctor' }, { title: 'Show Log', command: 'trainingCamp.showLog' }]);
}

/** A queued run stands in the tree as its job. */
function runOfJob(row: unknown): string | undefined {
  return typeof row === 'object' && row !== null && 'kind' in row && row.kind === 'job' && 'run' in row ? idFrom(row, 'run') : undefined;
}
