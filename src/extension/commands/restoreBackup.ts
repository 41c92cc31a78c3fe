import { counted } from '../../common/figures.ts';
import type { App } from '../app.ts';
import { confirm } from './confirm.ts';
import { showWithRepairs } from './problem.ts';

/** Puts the newest backup in the place of a database that does not open, after saying what is lost. */
export async function restoreBackup({ backend }: App): Promise<void> {
  const { problem, backup, loses } = await backend.request('workspace/planRestore', {});
  if (problem === null) {
    showWithRepairs('information', 'The database opens and is whole: there is nothing to restore.', []);
    return;
  }
  await confirm(
    backup === null
      ? { question: 'Move the database to the trash and begin with the folders?', detail: `${problem.message} ${loses}`, action: 'Move It Away' }
      : { question: `Restore the backup of ${new Date(backup.made).toLocaleString()}?`, detail: `${problem.message} ${loses}`, action: 'Restore Backup' },
  );
  const { trash, datasets, runs } = await backend.request('workspace/restoreBackup', {});
  const found = datasets + runs === 0 ? '' : ` ${counted(datasets, 'dataset')} and ${counted(runs, 'run')} were read from their folders.`;
  const text = `${backup === null ? 'The database was made anew.' : 'The backup is in place.'}${found} The old file is in ${trash ?? 'the trash'}.`;
  showWithRepairs('information', text, [{ title: 'Open Dashboard', command: 'trainingCamp.openDashboard' }]);
}
