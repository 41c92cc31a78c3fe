import { count } from '../../../src/common/figures.ts';
import { EmptyState } from '../../shared/parts/emptyState.tsx';
import { Icon } from '../../shared/parts/icon.tsx';
import { Section } from '../../shared/parts/section.tsx';
import type { Run, RunData } from '../store.ts';

/** Why a run failed. It stands first, since nothing matters more then; while a run trains it takes no room. */
export function Failure({ run: { state, message, hint } }: { run: Run }) {
  if (message === null || (state !== 'failed' && state !== 'interrupted')) return null;
  return (
    <div className="alert bad" role="alert">
      <Icon name="error" />
      <span>
        {message} {hint !== null && <span className="muted">{hint}</span>}
      </span>
    </div>
  );
}

/** What the run warned of, newest first. */
export function Alerts({ data: { alerts } }: { data: RunData }) {
  return (
    <Section title="Alerts">
      {alerts.length === 0 ? (
        <EmptyState icon="check" text="None." />
      ) : (
        <ul className="alerts" aria-label="Alerts">
          {alerts.toReversed().map(({ at, code, severity, message, step }) => (
            <li key={`${at} ${code} ${String(step)}`} className={`alert ${severity === 'error' ? 'bad' : 'warning'}`}>
              <Icon name={severity} />
              <span>
                {message}{' '}
                <span className="muted">
                  {step === null ? '' : `step ${count(step)} · `}
                  {new Date(at).toLocaleTimeString()}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
