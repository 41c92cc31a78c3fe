import type { CommandId } from './contributions/allCommands.ts';

/** A button below a failure. */
export interface Repair {
  title: string;
  command: CommandId;
  arguments?: readonly unknown[];
}

const showLog: Repair = { title: 'Show Log', command: 'trainingCamp.showLog' };
const runDoctor: Repair = { title: 'Run Doctor', command: 'trainingCamp.setup.doctor' };
const setUp: Repair = { title: 'Set Up Training', command: 'trainingCamp.setup.run' };
const restoreBackup: Repair = { title: 'Restore Backup', command: 'trainingCamp.restoreBackup' };
const restart: Repair = { title: 'Try Again', command: 'trainingCamp.restartBackend' };

/** What can be done about an error of the backend, by its code. The most likely help first. */
export function repairsFor(code: string): Repair[] {
  switch (code) {
    case 'python_missing':
    case 'environment':
    case 'model_not_installed':
    case 'model_missing':
      return [setUp, runDoctor];
    case 'python_not_found':
    case 'python_unusable':
    case 'python_without_venv':
    case 'trainer_failed':
    case 'trainer_answer':
    case 'disk_full':
    case 'not_writable':
    case 'no_network':
      return [runDoctor, showLog];
    case 'database_busy':
    case 'database_not_writable':
    case 'database_newer':
    case 'migration_blocked':
      return [restart, runDoctor, showLog];
    case 'database_damaged':
      return [restoreBackup, restart, runDoctor, showLog];
    case 'database_foreign':
      return [{ ...restoreBackup, title: 'Move It Away' }, restart, runDoctor, showLog];
    case 'internal':
      return [showLog, restart];
    default:
      return [showLog];
  }
}
