import type { ReactNode } from 'react';

/** Opens something within the editor: looks like a link, and is a button. */
export function LinkButton({ children, onClick }: { children: ReactNode; onClick: () => void }) {
  return (
    <button type="button" className="link" onClick={onClick}>
      {children}
    </button>
  );
}
