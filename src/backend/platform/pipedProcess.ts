import { execa } from 'execa';
import { systemClock } from './clock.ts';
import { identify, killGroup, signalGroup } from './process.ts';

export interface PipedInit {
  file: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment: nothing is inherited besides. */
  env: Record<string, string>;
  onData: (chunk: Buffer) => void;
  /** Called once; `detail` says how it ended, `log` is the end of what it wrote to stderr. */
  onExit: (exit: { detail: string; log: string }) => void;
}

/** A program that is spoken with over its standard input and output. */
export interface PipedProcess {
  readonly pid: number;
  write(text: string): Promise<void>;
  /** Closes its input, and ends it with all its children where it does not end by itself. */
  close(): Promise<void>;
}

const keptLogCharacters = 4000;
const graceMs = 1500;

/**
 * Starts a program without a shell, as the leader of a group of its own, so that its children end with it. It also ends
 * when this process exits. Rejects where it can't be started.
 */
export async function startPiped(init: PipedInit): Promise<PipedProcess> {
  const child = execa(init.file, init.args, {
    cwd: init.cwd,
    env: init.env,
    extendEnv: false,
    reject: false,
    buffer: false,
    windowsHide: true,
    detached: process.platform !== 'win32',
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  let log = '';
  child.stdout.on('data', init.onData);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-keptLogCharacters);
  });
  // A reader that ended must not end us: its exit is told.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined);
  const { pid } = child;
  if (pid === undefined) {
    const result = await child;
    throw new Error(result.shortMessage ?? `${init.file} could not be started`);
  }
  const identity = identify(pid);
  const killNow = () => {
    if (identity !== undefined) signalGroup(identity, 'SIGKILL');
  };
  process.once('exit', killNow);
  const ended = (async () => {
    const result = await child;
    process.off('exit', killNow);
    init.onExit({ detail: result.signal ?? `exit code ${String(result.exitCode ?? 'unknown')}`, log });
  })();
  return {
    pid,
    write: async (text) =>
      await new Promise((resolve, reject) => {
        child.stdin.write(text, (error) => {
          if (error === null || error === undefined) resolve();
          else reject(error);
        });
      }),
    close: async () => {
      child.stdin.end();
      await Promise.race([ended, systemClock.sleep(graceMs)]);
      if (identity !== undefined) await killGroup(identity, { graceMs: 500, clock: systemClock });
      await ended;
    },
  };
}
