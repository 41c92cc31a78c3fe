import { execa } from 'execa';

export interface CommandInit {
  file: string;
  args: string[];
  cwd?: string;
  /** The whole environment: nothing is inherited besides. */
  env: NodeJS.ProcessEnv;
  input?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
  /** Called with each line of either output as it arrives. */
  onLine?: (line: string) => void;
}

export interface CommandResult {
  /** Null when the program could not be started, was killed or ran into the time limit. */
  exitCode: number | null;
  isMissing: boolean;
  isTimedOut: boolean;
  stdout: string;
  /** The end of both outputs together, for an error message. */
  tail: string;
}

const tailLines = 40;

/** Runs a program without a shell and waits for it. A failure is an answer, an abort is thrown. */
export async function runCommand(init: CommandInit): Promise<CommandResult> {
  init.signal?.throwIfAborted();
  const lines: string[] = [];
  const child = execa(init.file, init.args, {
    env: init.env,
    extendEnv: false,
    reject: false,
    all: true,
    windowsHide: true,
    maxBuffer: 64 * 1024 * 1024,
    stripFinalNewline: true,
    ...(init.cwd === undefined ? {} : { cwd: init.cwd }),
    ...(init.input === undefined ? { stdin: 'ignore' as const } : { input: init.input }),
    ...(init.signal === undefined ? {} : { cancelSignal: init.signal }),
    ...(init.timeoutMs === undefined ? {} : { timeout: init.timeoutMs }),
  });
  for await (const line of child.iterable({ from: 'all' })) {
    lines.push(line);
    if (lines.length > tailLines) lines.shift();
    init.onLine?.(line);
  }
  const result = await child;
  init.signal?.throwIfAborted();
  const isMissing = result.exitCode === undefined && result.code === 'ENOENT';
  return {
    exitCode: result.exitCode ?? null,
    isMissing,
    isTimedOut: result.timedOut,
    stdout: result.stdout,
    tail: lines.length > 0 ? lines.join('\n') : (result.shortMessage ?? ''),
  };
}
