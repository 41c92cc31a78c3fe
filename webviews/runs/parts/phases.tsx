import { duration } from '../../../src/common/figures.ts';
import { EmptyState } from '../../shared/parts/emptyState.tsx';
import { Section } from '../../shared/parts/section.tsx';
import { isActive } from '../model/runStates.ts';
import { layPhases } from '../model/timeline.ts';
import { useRunState } from '../panelContext.ts';
import type { Run } from '../store.ts';
import { useNow } from './useNow.ts';

/** What the run did when, a row per phase; attempts follow each other. */
export function Phases({ run }: { run: Run }) {
  const details = useRunState((state) => state.details[state.id]);
  const now = useNow(isActive(run.state));
  const rows = layPhases(details, { now: now / 1000, ended: run.ended === null ? null : Date.parse(run.ended) / 1000 });
  return (
    <Section title="Phases">
      {rows.length === 0 ? (
        <EmptyState icon="history" text={run.state === 'queued' ? 'It waits in the queue.' : 'Nothing has begun yet.'} />
      ) : (
        <ol className="timeline">
          {rows.map(({ phase, seconds, bars, isLasting }) => (
            <li key={phase}>
              <span className="timeline-name">{phase}</span>
              <span className="timeline-track" aria-hidden="true">
                {bars.map(({ left, width }) => (
                  <span key={left} className={isLasting ? 'lasting' : undefined} style={{ left: `${left.toFixed(2)}%`, width: `${width.toFixed(2)}%` }} />
                ))}
              </span>
              <span className="number">{duration(seconds)}</span>
            </li>
          ))}
        </ol>
      )}
      {details !== undefined && details.attempts.length > 1 && (
        <p className="muted">
          {details.attempts.map(({ number, resumedFrom }) => `Attempt ${String(number)}${resumedFrom === null ? '' : ` from ${resumedFrom}`}`).join(' · ')}
        </p>
      )}
    </Section>
  );
}
