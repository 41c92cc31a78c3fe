import { fork } from 'node:child_process';

/** A Node child with a message channel. What it does when the channel closes, because its parent is gone, is its own affair. */
export interface ChildHost {
  readonly pid: number | undefined;
  send(message: unknown): boolean;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once; `detail` is the exit code or signal, and `log` the end of what the child wrote to stderr. */
  onExit(listener: (exit: { detail: string; log: string }) => void): void;
  /** Neither the child nor its channel keeps this process alive while `isHeld` is false. */
  hold(isHeld: boolean): void;
  /** Closes the channel, as the end of this process would. */
  disconnect(): void;
  kill(): void;
}

const keptLogCharacters = 4000;

/**
 * Starts a bundle of ours as a Node process. ELECTRON_RUN_AS_NODE makes the editor's own executable behave as Node;
 * elsewhere it has no effect. stdout is discarded: native libraries write to it. One that `outlivesParent` is in a process
 * group of its own, which an interrupt of the terminal does not reach, and shares no stream with this process.
 */
export function startChildHost(entry: string, env: NodeJS.ProcessEnv, options: { outlivesParent?: boolean } = {}): ChildHost {
  const outlivesParent = options.outlivesParent === true;
  const child = fork(entry, [], {
    env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
    execArgv: [],
    stdio: ['ignore', 'ignore', outlivesParent ? 'ignore' : 'pipe', 'ipc'],
    detached: outlivesParent,
    serialization: 'json',
    windowsHide: true,
  });
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-keptLogCharacters);
  });
  let hasExited = false;
  const exitListeners: ((exit: { detail: string; log: string }) => void)[] = [];
  const finish = (detail: string) => {
    if (hasExited) return;
    hasExited = true;
    for (const listener of exitListeners) listener({ detail, log });
  };
  child.once('error', (error) => finish(error.message));
  child.once('exit', (code, signal) => finish(signal ?? `exit code ${String(code)}`));
  return {
    pid: child.pid,
    send: (message) => child.connected && child.send(toMessage(message), ignoreSendFailure),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void exitListeners.push(listener),
    hold: (isHeld) => {
      const stderr: unknown = child.stderr;
      if (isHeld) {
        child.ref();
        child.channel?.ref();
      } else {
        child.unref();
        child.channel?.unref();
      }
      if (isRefCounted(stderr)) {
        if (isHeld) stderr.ref();
        else stderr.unref();
      }
    },
    disconnect: () => {
      if (child.connected) child.disconnect();
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** A message that did not arrive means that the child is gone, which `onExit` reports. */
function ignoreSendFailure(): void {
  return;
}

function toMessage(message: unknown): object {
  if (typeof message !== 'object' || message === null) throw new Error('a message to a child is an object');
  return message;
}

function isRefCounted(stream: unknown): stream is { ref(): void; unref(): void } {
  return typeof stream === 'object' && stream !== null && 'ref' in stream && 'unref' in stream;
}
