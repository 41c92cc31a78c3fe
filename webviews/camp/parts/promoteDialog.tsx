import { useState } from 'react';
import type { PromotionKind } from '../../../src/protocol/camp.ts';
import { Button } from '../../shared/parts/button.tsx';
import { usePanel } from '../panelContext.ts';
import { useUIStore } from '../stores/uiStore.ts';
import { Dialog } from './dialog.tsx';

/** From one agent to four: it stays as lineage A, and three others stand beside it. */
export function PromoteDialog() {
  const { actions } = usePanel();
  const close = useUIStore((state) => state.close);
  const [kind, setKind] = useState<PromotionKind>('variations');
  const choice = (value: PromotionKind, title: string, text: string) => (
    <label className="choice">
      <input type="radio" name="promotion" checked={kind === value} onChange={() => setKind(value)} />
      <span>
        <strong>{title}</strong> <span className="muted">{text}</span>
      </span>
    </label>
  );
  return (
    <Dialog
      title="Promote to four lineages"
      onClose={close}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            look="primary"
            onClick={() => {
              actions.promote(kind);
              close();
            }}
          >
            Promote
          </Button>
        </>
      }
    >
      <p>The agent becomes lineage A, locked. Lineages B, C and D are</p>
      <div className="choices" role="radiogroup" aria-label="What B, C and D are">
        {choice('variations', 'Variations', 'the same approach with a different emphasis each')}
        {choice('alternatives', 'Alternatives', 'three different approaches')}
      </div>
      <p className="muted">This session stays as it is.</p>
    </Dialog>
  );
}
