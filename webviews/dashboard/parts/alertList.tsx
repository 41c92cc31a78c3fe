import { EmptyState } from '../../shared/parts/emptyState.tsx';
import { Icon } from '../../shared/parts/icon.tsx';
import { LinkButton } from '../../shared/parts/linkButton.tsx';
import { Section } from '../../shared/parts/section.tsx';
import { useDashboard, usePanel } from '../panelContext.ts';

const mostAlerts = 20;

/** What the active and the newest runs told, newest first. */
export function AlertList() {
  const { backend } = usePanel();
  const alerts = useDashboard((state) => state.alerts);
  return (
    <Section title="Alerts">
      {alerts.length === 0 ? (
        <EmptyState icon="check" text="No alert from the newest runs." />
      ) : (
        <ul className="rows">
          {alerts.slice(0, mostAlerts).map(({ run, at, severity, message }, index) => (
            <li key={`${run.id} ${at} ${String(index)}`} className="alert-row">
              <span className={severity === 'error' ? 'bad' : 'warning'}>
                <Icon name={severity} />
                <span className="visually-hidden">{severity}</span>
              </span>
              <div>
                {message}
                <p className="muted">
                  <LinkButton onClick={() => backend.act('runs.open', run.id)}>{run.dataset}</LinkButton> · {new Date(at).toLocaleString([], { dateStyle: 'short', timeStyle: 'short' })}
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
