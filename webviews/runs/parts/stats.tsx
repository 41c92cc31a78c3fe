import { count, duration, figure } from '../../../src/common/figures.ts';
import { Meter } from '../../shared/parts/meter.tsx';
import { Stat, StatRow } from '../../shared/parts/stat.tsx';
import { isActive } from '../model/runStates.ts';
import type { Preference, Run } from '../store.ts';
import { useNow } from './useNow.ts';

/** The figures that people look for first. */
export function Stats({ run, preference }: { run: Run; preference: Preference }) {
  const now = useNow(isActive(run.state));
  const share = run.totalSteps === null || run.totalSteps === 0 ? null : run.step / run.totalSteps;
  const phase = run.phase === null || !isActive(run.state) ? undefined : run.phase.replaceAll('_', ' ');
  return (
    <div>
      <StatRow label="Figures">
        <Stat name="State" value={run.state} note={phase} tone={toneOf(run)} />
        <Stat name="Step" value={count(run.step)} note={run.totalSteps === null ? undefined : `of ${count(run.totalSteps)}`} />
        <Stat name="Loss" value={figure(run.loss)} note={run.epoch === null ? undefined : `epoch ${run.epoch.toFixed(2)}`} />
        <Stat name="Validation loss" value={figure(run.validationLoss)} note={run.bestValidationLoss === null ? undefined : `best ${figure(run.bestValidationLoss)}`} />
        {preference !== null && <Stat name="Preferred pairs" value={percent(preference.after.rawPreference)} note={`from ${percent(preference.before.rawPreference)}`} />}
        <Stat name="Tokens/s" value={count(run.tokensPerSecond)} />
        <Stat name={isActive(run.state) ? 'Time left' : 'Attempts'} value={isActive(run.state) ? duration(run.etaSeconds) : count(run.attempts)} />
        <Stat name="Duration" value={duration(elapsed(run, now))} />
      </StatRow>
      <div className="run-progress">{isActive(run.state) && <Meter share={run.state === 'running' ? share : null} label="Steps done" />}</div>
    </div>
  );
}

/** Of the validation pairs: whose chosen answer is the likelier one. */
function percent(share: number | null): string {
  return share === null ? '–' : `${figure(100 * share)} %`;
}

/** The clock goes on between two reports of the run. */
function elapsed(run: Run, now: number): number | null {
  if (!isActive(run.state) || run.started === null || run.ended !== null) return run.seconds;
  return Math.max(run.seconds ?? 0, (now - Date.parse(run.started)) / 1000);
}

function toneOf({ state }: Run): 'good' | 'bad' | 'warning' | undefined {
  if (state === 'completed') return 'good';
  if (state === 'failed') return 'bad';
  return state === 'interrupted' ? 'warning' : undefined;
}
