// Everything that a VS Code server started, found by a variable that its descendants inherit: a detached worker has
// neither its parent nor its process group.
import { readdirSync, readFileSync } from 'node:fs';
import { until } from '../../support/until.ts';

const variable = 'TRAINING_CAMP_TEST_SERVER';
const graceMs = 10_000;
/** The worker, which runs from a copy of its bundle, and the trainers that it detaches. */
const outlivesWindows = /[/]workers[/]|training_camp\.launch/;

/** The variable that marks the descendants of one server. */
export function environmentMark(value: string): Record<string, string> {
  return { [variable]: value };
}

/**
 * Waits until what depends on the server has ended, then ends the rest. Workers and what they started outlive a window
 * by design; anything else that is left after ten seconds is a leak and answered as its command line.
 */
export async function endDescendants(mark: Record<string, string>): Promise<string[]> {
  const deadline = performance.now() + graceMs;
  let leaked = dependants(mark);
  if (leaked.length > 0) {
    await until('the server’s children to end', () => dependants(mark).length === 0, deadline - performance.now()).catch(() => undefined);
    leaked = dependants(mark);
  }
  for (const { pid } of marked(mark)) endNow(pid);
  await until('the server’s descendants to be gone', () => marked(mark).length === 0, graceMs);
  return leaked.map(({ pid, command }) => `${pid} ${command}`);
}

interface MarkedProcess {
  pid: number;
  parent: number;
  command: string;
}

/** Marked processes that are neither a worker nor started by one. */
function dependants(mark: Record<string, string>): MarkedProcess[] {
  const all = marked(mark);
  const byPid = new Map(all.map((one) => [one.pid, one]));
  const isOfWorker = (one: MarkedProcess | undefined): boolean => one !== undefined && (outlivesWindows.test(one.command) || isOfWorker(byPid.get(one.parent)));
  return all.filter((one) => !isOfWorker(one));
}

function marked(mark: Record<string, string>): MarkedProcess[] {
  const wanted = `${variable}=${mark[variable] ?? ''}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        if (!readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(wanted)) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        const [state, parent] = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
        return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), command }];
      } catch {
        // Ended while the list was read, or another user's.
        return [];
      }
    });
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended by itself meanwhile.
  }
}
