import { Loader } from './loader.ts';
import { RequestError } from './problems.ts';

/** What loaders share of a panel's state. */
export interface FeedState {
  isReconnecting: boolean;
  failure: { message: string; hint: string | undefined } | null;
}

/**
 * Loaders of one panel: it is reconnecting while any of them is, and shows the newest failure until something loads
 * again.
 */
export function makeLoaders(tell: (state: Partial<FeedState>) => void): {
  add: <T>(pauseMs: number, load: (signal: AbortSignal) => Promise<T>, onLoaded: (value: T) => void) => Loader<T>;
  dispose: () => void;
} {
  const away = new Set<number>();
  const failed = new Set<number>();
  const all: { dispose: () => void }[] = [];
  return {
    add: (pauseMs, load, onLoaded) => {
      const id = all.length;
      const loader = new Loader({
        load,
        pauseMs,
        onLoaded: (value) => {
          if (failed.delete(id) && failed.size === 0) tell({ failure: null });
          onLoaded(value);
        },
        onFailed: (error) => {
          failed.add(id);
          tell({ failure: { message: error.message, hint: error instanceof RequestError ? error.hint : undefined } });
        },
        onReconnecting: (isReconnecting) => {
          if (isReconnecting ? away.has(id) : !away.has(id)) return;
          if (isReconnecting) away.add(id);
          else away.delete(id);
          tell({ isReconnecting: away.size > 0 });
        },
      });
      all.push(loader);
      return loader;
    },
    dispose: () => {
      for (const loader of all) loader.dispose();
    },
  };
}
