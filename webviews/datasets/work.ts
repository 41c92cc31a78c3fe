import { useCallback, useEffect, useRef, useState } from 'react';
import type { Progress } from '../../src/protocol/contract.ts';
import { asProblem, type Problem } from './problem.ts';

export type Work<T> =
  | { state: 'idle' }
  | { state: 'running'; progress: Progress | null; seconds: number; cancel: () => void }
  | { state: 'done'; value: T }
  | { state: 'failed'; problem: Problem };

export type Task<T> = (signal: AbortSignal, onProgress: (progress: Progress) => void) => Promise<T>;

/** Work of seconds or minutes that a person starts, watches and may cancel. It ends with what shows it. */
export function useWork<T>(): [Work<T>, (task: Task<T>) => void] {
  const [work, setWork] = useState<Work<T>>({ state: 'idle' });
  const running = useRef<AbortController | null>(null);
  const start = useCallback((task: Task<T>) => {
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    const began = performance.now();
    const isCurrent = () => running.current === abort;
    const cancel = () => {
      abort.abort();
      if (!isCurrent()) return;
      running.current = null;
      setWork({ state: 'idle' });
    };
    const tell = (progress?: Progress) =>
      setWork((now) => ({ state: 'running', progress: progress ?? (now.state === 'running' ? now.progress : null), seconds: Math.round((performance.now() - began) / 1000), cancel }));
    setWork({ state: 'running', progress: null, seconds: 0, cancel });
    const timer = setInterval(() => isCurrent() && tell(), 1000);
    task(abort.signal, (progress) => isCurrent() && tell(progress))
      .then(
        (value) => isCurrent() && setWork({ state: 'done', value }),
        (error: unknown) => isCurrent() && setWork(abort.signal.aborted ? { state: 'idle' } : { state: 'failed', problem: asProblem(error) }),
      )
      .finally(() => clearInterval(timer));
  }, []);
  useEffect(
    () => () => {
      running.current?.abort();
      running.current = null;
    },
    [],
  );
  return [work, start];
}
