import type { RunPanelState } from '../store.ts';

/** The panel's run and those that lie over it. */
export function shown({ id, ui }: { id: string; ui: { overlays: readonly string[] } }): string[] {
  return [id, ...ui.overlays.filter((other) => other !== id)];
}

/** Known once the status is there: it says which curves a run has. */
export function methodOf({ id, runs }: Pick<RunPanelState, 'id' | 'runs'>): string | undefined {
  return runs[id]?.run.method;
}
