import { figure } from '../../common/figures.ts';
import type { FailureReason, RunSummary } from '../../protocol/runs.ts';
import type { Repair } from '../repairs.ts';
import { nameText, reasonText } from '../views/texts.ts';
import type { Trouble } from './notifier.ts';

/** What a run’s end asks of a person; null where a person ended it. */
export function runEndTrouble(run: RunSummary): Trouble | null {
  const name = nameText(run.dataset);
  const follow = { title: 'Open Run', command: 'trainingCamp.runs.open', arguments: [run.id] } as const;
  switch (run.state) {
    case 'completed':
      return {
        key: `run ${run.id}`,
        severity: 'information',
        short: 'run completed',
        text: `The run on “${name}” is complete${run.bestValidationLoss === null ? '' : `, best validation loss ${figure(run.bestValidationLoss)}`}. Whether it is better than its base, a test on rows that it never saw says.`,
        repairs: [...(run.adapterId === null ? [] : [{ title: 'Test against Base', command: 'trainingCamp.adapters.test' as const, arguments: [run.adapterId] }]), follow],
      };
    case 'failed':
      return {
        key: `run ${run.id}`,
        severity: 'error',
        short: 'run failed',
        text: [`The run on “${name}” failed${run.reason === null ? '' : `: ${reasonText(run.reason)}`}.`, run.message, run.hint, 'Its checkpoints and curves are kept.'].filter((part) => part !== null).join(' '),
        repairs: [...failureRepairs(run.reason).map((repair) => ({ ...repair, arguments: [run.id] })), follow],
      };
    case 'interrupted':
      return {
        key: `run ${run.id}`,
        severity: 'warning',
        short: 'run interrupted',
        text: [`The run on “${name}” was interrupted at step ${String(run.step)}.`, run.message, 'What it saved is kept, and it can go on from its newest checkpoint.'].filter((part) => part !== null).join(' '),
        repairs: [{ title: 'Resume', command: 'trainingCamp.runs.resume', arguments: [run.id] }, follow],
      };
    default:
      return null;
  }
}

function failureRepairs(reason: FailureReason | null): Repair[] {
  const again: Repair = { title: 'Change and Run Again', command: 'trainingCamp.runs.again' };
  const resume: Repair = { title: 'Resume', command: 'trainingCamp.runs.resume' };
  const log: Repair = { title: 'Open Log', command: 'trainingCamp.runs.openLog' };
  switch (reason) {
    case 'out_of_memory':
    case 'diverged':
    case 'data':
      return [again, log];
    case 'environment':
    case 'model':
      return [{ title: 'Set Up Training', command: 'trainingCamp.setup.run' }, { title: 'Run Doctor', command: 'trainingCamp.setup.doctor' }];
    case 'disk_full':
    case 'killed':
      return [resume, log];
    case 'internal':
    case null:
      return [log, resume];
  }
}

/** Work waits and no worker moves it. */
export function queueTrouble(queued: number): Trouble {
  return {
    key: 'queue',
    severity: 'warning',
    short: 'the queue stands still',
    text: `${String(queued)} ${queued === 1 ? 'run waits' : 'runs wait'} and no worker moves the queue. Nothing is lost: what waits keeps its place.`,
    repairs: [{ title: 'Start Worker', command: 'trainingCamp.queue.startWorker' }, { title: 'Run Doctor', command: 'trainingCamp.setup.doctor' }, { title: 'Show Log', command: 'trainingCamp.showLog' }],
  };
}

/** The workspace’s database could not be opened, migrated or written. */
export function storeTrouble({ code, message, hint }: { code: string; message: string; hint?: string | undefined }, repairs: readonly Repair[]): Trouble {
  const isSafe = code === 'disk_full' ? '' : ' Rows, checkpoints and adapters are files beside it and are not touched.';
  return { key: 'store', severity: 'error', short: code === 'disk_full' ? 'the disk is full' : 'the database does not open', text: `${message}${isSafe}${hint === undefined ? '' : ` ${hint}`}`, repairs };
}

export const backendTrouble: Trouble = {
  key: 'backend',
  severity: 'error',
  short: 'the backend ended',
  text: 'The backend of Training Camp ended again and again and is not started any more. Runs go on without it, and nothing is lost.',
  repairs: [{ title: 'Restart Backend', command: 'trainingCamp.restartBackend' }, { title: 'Show Log', command: 'trainingCamp.showLog' }],
};
