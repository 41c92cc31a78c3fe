import type { ReactNode } from 'react';

/** A figure with its name; `note` is a quieter word beside it. Its width does not change while it counts. */
export function Stat({ name, value, note, tone }: { name: string; value: ReactNode; note?: ReactNode; tone?: 'good' | 'bad' | 'warning' | undefined }) {
  return (
    <div className={`stat${tone === undefined ? '' : ` ${tone}`}`}>
      <dt>{name}</dt>
      <dd>
        <span className="stat-value">{value}</span>
        <span className="stat-note">{note}</span>
      </dd>
    </div>
  );
}

export function StatRow({ children, label }: { children: ReactNode; label: string }) {
  return (
    <dl className="stat-row" aria-label={label}>
      {children}
    </dl>
  );
}
