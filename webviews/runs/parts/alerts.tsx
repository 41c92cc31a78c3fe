import { count } from '../../../src/common/figures.ts';
import { Icon } from '../../shared/parts/icon.tsx';
import type { RunData } from '../store.ts';

/** Why a run failed, and what it warned of. Takes no room where there is nothing to tell. */
export function Alerts({ data: { run, alerts } }: { data: RunData }) {
  const hasFailed = run.message !== null && (run.state === 'failed' || run.state === 'interrupted');
  if (!hasFailed && alerts.length === 0) return null;
  return (
    <ul className="alerts" aria-label="Alerts">
      {hasFailed && (
        <li className="alert bad">
          <Icon name="error" />
          <span>
            {run.message} {run.hint !== null && <span className="muted">{run.hint}</span>}
          </span>
        </li>
      )}
      {alerts.map(({ at, code, severity, message, step }) => (
        <li key={`${at} ${code} ${String(step)}`} className={`alert ${severity === 'error' ? 'bad' : 'warning'}`}>
          <Icon name={severity} />
          <span>
            {message} <span className="muted">{step === null ? '' : `step ${count(step)} · `}{new Date(at).toLocaleTimeString()}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
