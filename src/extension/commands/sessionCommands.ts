import * as vscode from 'vscode';
import type { App } from '../app.ts';
import type { sessionCommandEntries } from '../contributions/sessionCommands.ts';
import { newSessionSubject } from '../../protocol/panelKinds.ts';
import { counted } from '../../common/figures.ts';
import { nameText } from '../views/texts.ts';
import type { HandlersFor } from './command.ts';
import { confirm } from './confirm.ts';
import { pickLargeSession } from './pickLargeSession.ts';
import { pickSession } from './pick.ts';
import { showWithRepairs } from './problem.ts';

export const sessionCommands: HandlersFor<typeof sessionCommandEntries> = {
  'trainingCamp.sessions.new': async ({ panels }) => panels.open('camp', newSessionSubject),
  'trainingCamp.sessions.refresh': async ({ views }) => views.sessions.refresh(),
  'trainingCamp.sessions.open': async (app, row) => app.panels.open('camp', await pickSession(app, row, 'Open which session?'), pageOf(row)),
  'trainingCamp.sessions.created': async (app, id) => {
    if (typeof id !== 'string') return;
    app.panels.close('camp', newSessionSubject);
    app.panels.open('camp', id, 'begin');
  },
  'trainingCamp.sessions.export': async (app, row) => app.panels.open('camp', await pickSession(app, row, 'Export which session?'), 'export'),
  'trainingCamp.sessions.promote': async (app, row) => app.panels.open('camp', await pickSession(app, row, 'Promote which session?'), 'promote'),
  'trainingCamp.sessions.cancel': async (app, row) => {
    const { isAsked } = await app.backend.request('sessions/cancel', { session: await pickSession(app, row, 'Cancel the work on which session?') });
    if (!isAsked) showWithRepairs('information', 'No work is under way on this session.', []);
  },
  'trainingCamp.sessions.rename': async (app, row) => {
    const session = await pickSession(app, row, 'Rename which session?');
    const { session: known } = await app.backend.request('sessions/show', { session });
    const name = await vscode.window.showInputBox({ title: 'Name of the session', value: known.name, validateInput: (text) => (text.trim() === '' || text.length > 200 ? 'One to 200 characters.' : undefined) });
    if (name === undefined) throw new vscode.CancellationError();
    await app.backend.request('sessions/rename', { session, name: name.trim() });
  },
  'trainingCamp.sessions.import': async (app) => {
    const [file] = (await vscode.window.showOpenDialog({ defaultUri: vscode.Uri.joinPath(app.backend.folder, 'CodeAgents', 'camp'), openLabel: 'Import', title: 'File of a session', filters: { Session: ['json'] } })) ?? [];
    if (file === undefined) throw new vscode.CancellationError();
    const { session } = await app.backend.request('sessions/import', { file: file.fsPath });
    app.panels.open('camp', session.id);
  },
  'trainingCamp.sessions.openFile': async (app, row) => await openFile(app, await pickSession(app, row, 'Whose file?')),
  'trainingCamp.sessions.copyId': async (app, row) => await vscode.env.clipboard.writeText(await pickSession(app, row, 'Whose id?')),
  'trainingCamp.sessions.freeRoom': async (app) => {
    const { session, wants } = await pickLargeSession(app);
    await vscode.commands.executeCommand(wants === 'export' ? 'trainingCamp.sessions.export' : 'trainingCamp.sessions.delete', session);
  },
  'trainingCamp.sessions.changeLimit': async () => await vscode.commands.executeCommand('workbench.action.openSettings', '@id:trainingCamp.sessions.limitMegabytes'),
  'trainingCamp.sessions.delete': async (app, row) => {
    const id = await pickSession(app, row, 'Delete which session?');
    const { session, artifacts, evaluations } = await app.backend.request('sessions/show', { session: id });
    await confirm({
      question: `Delete the session “${nameText(session.name)}”?`,
      detail: `${counted(artifacts.length, 'answer')} and ${counted(evaluations.length, 'score')} go. Datasets, runs and adapters that were made of it stay. Its file goes to .training/trash, from where it can be imported again.`,
      action: 'Delete',
    });
    await app.backend.request('sessions/delete', { session: id });
    app.panels.close('camp', id);
    showWithRepairs('information', `The session “${session.name}” was deleted.`, []);
  },
};

/** What of the session a row stands for: a card, or an agent. */
function pageOf(row: unknown): string | null {
  if (typeof row !== 'object' || row === null || !('kind' in row)) return null;
  if (row.kind === 'lineage' && 'lineage' in row && typeof row.lineage === 'object' && row.lineage !== null && 'label' in row.lineage) return `lineage ${String(row.lineage.label)}`;
  return row.kind === 'agentVersion' && 'label' in row && 'version' in row ? `agent ${String(row.label)} ${String(row.version)}` : null;
}

/** The file holds all of the session, and is what another machine gets. */
async function openFile(app: App, session: string): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.joinPath(app.backend.folder, 'CodeAgents', 'camp', `${session}.json`));
}
