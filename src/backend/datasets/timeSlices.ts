const holdMs = 12;

/** Gives way to others within long work: call it at each step. Throws when the work is cancelled. */
export type GiveWay = () => Promise<void> | undefined;

/** The event loop is held for about 12 ms at a time, and a step more. */
export function makeGiveWay(signal: AbortSignal): GiveWay {
  let since = performance.now();
  return () => {
    if (performance.now() - since < holdMs) return undefined;
    return pause().then(() => {
      since = performance.now();
      signal.throwIfAborted();
    });
  };
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
