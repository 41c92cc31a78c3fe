import { count, duration, figure } from '../../../src/common/figures.ts';
import { Button } from '../../shared/parts/button.tsx';
import { EmptyState } from '../../shared/parts/emptyState.tsx';
import { LinkButton } from '../../shared/parts/linkButton.tsx';
import { Meter } from '../../shared/parts/meter.tsx';
import { RunStateMark } from '../../shared/parts/runState.tsx';
import { Section } from '../../shared/parts/section.tsx';
import { Sparkline } from '../../shared/parts/sparkline.tsx';
import { useDashboard, usePanel } from '../panelContext.ts';
import { activeRuns } from '../store.ts';

/** What is trained now, with its curve so far. */
export function ActiveRuns() {
  const { backend } = usePanel();
  const status = useDashboard((state) => state.status);
  const curves = useDashboard((state) => state.curves);
  const active = activeRuns(status);
  return (
    <Section title="Active runs" className="wide">
      {active.length === 0 ? (
        <EmptyState icon="flame" text={status === null ? ' ' : 'Nothing is trained at the moment.'}>
          <Button onClick={() => backend.act('runs.start', null)}>Start a run</Button>
        </EmptyState>
      ) : (
        <ul className="rows">
          {active.map((run) => (
            <li key={run.id} className="active-run">
              <div>
                <LinkButton onClick={() => backend.act('runs.open', run.id)}>{run.dataset}</LinkButton> <span className="muted">{run.model}</span>
                <p>
                  <RunStateMark state={run.state} /> <span className="muted">{run.phase?.replaceAll('_', ' ')}</span>
                </p>
              </div>
              <Sparkline values={curves[run.id] ?? []} label={`Loss so far, now ${figure(run.loss)}`} />
              <dl className="pairs">
                <dt>Step</dt>
                <dd>
                  {count(run.step)} of {count(run.totalSteps)}
                </dd>
                <dt>Loss</dt>
                <dd>{figure(run.loss)}</dd>
                <dt>Left</dt>
                <dd>{duration(run.etaSeconds)}</dd>
              </dl>
              <Meter share={run.totalSteps === null || run.totalSteps === 0 ? null : run.step / run.totalSteps} label={`Steps of ${run.dataset}`} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
