import { useEffect, useId, useRef, type ReactNode } from 'react';
import { Button } from '../../shared/parts/button.tsx';
import { VisibleText } from '../../shared/parts/visibleText.tsx';

/** A view over the grid that keeps the focus within it; Escape closes it, and the focus goes back to where it was. */
export function Dialog({ title, children, onClose, isWide = false, actions }: { title: string; children: ReactNode; onClose: () => void; isWide?: boolean; actions?: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={isWide ? 'dialog wide' : 'dialog'}
      aria-labelledby={id}
      onClose={onClose}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // A key of the dialog is none of the grid's.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <header className="dialog-header">
        <h2 id={id}>
          <VisibleText text={title} />
        </h2>
        <Button look="plain" icon="close" title="Close" onClick={onClose}>
          <span className="visually-hidden">Close</span>
        </Button>
      </header>
      <div className="dialog-body">{children}</div>
      {actions !== undefined && <footer className="dialog-actions">{actions}</footer>}
    </dialog>
  );
}
