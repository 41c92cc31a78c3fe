import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';

/** Nothing is here yet: why, and the next thing to do. */
export function EmptyState({ icon, text, children }: { icon: string; text: string; children?: ReactNode }) {
  return (
    <div className="empty-state">
      <Icon name={icon} />
      <p>{text}</p>
      {children}
    </div>
  );
}
