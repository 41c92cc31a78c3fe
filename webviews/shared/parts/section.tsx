import { useId, type ReactNode } from 'react';

/** A part of a panel under a heading, as a card. `actions` stand at the right of the heading. */
export function Section({ title, actions, children, className }: { title: string; actions?: ReactNode; children: ReactNode; className?: string }) {
  const id = useId();
  return (
    <section className={`card${className === undefined ? '' : ` ${className}`}`} aria-labelledby={id}>
      <header className="card-header">
        <h2 id={id}>{title}</h2>
        {actions}
      </header>
      {children}
    </section>
  );
}
