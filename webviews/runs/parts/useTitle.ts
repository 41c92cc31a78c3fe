import { isActive } from '../model/runStates.ts';
import { useRunState } from '../panelContext.ts';

/** What the tab says: the run's dataset, and how far it is while it trains. */
export function useTitle(): string | null {
  return useRunState(({ id, runs, ui }) => {
    const run = runs[id]?.run;
    if (run === undefined) return null;
    if (ui.overlays.length > 0) return `${run.dataset} and ${String(ui.overlays.length)} more`;
    const isCounting = isActive(run.state) && run.totalSteps !== null && run.totalSteps > 0;
    return isCounting ? `${run.dataset} ${String(Math.floor((run.step / (run.totalSteps ?? 1)) * 100))} %` : run.dataset;
  });
}
