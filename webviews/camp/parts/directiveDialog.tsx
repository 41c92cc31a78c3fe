import { useState } from 'react';
import type { LineageLabel } from '../../../src/protocol/camp.ts';
import { Button } from '../../shared/parts/button.tsx';
import { usePanel } from '../panelContext.ts';
import { useDocument } from '../stores/sessionStore.ts';
import { useUIStore } from '../stores/uiStore.ts';
import { Dialog } from './dialog.tsx';
import { TextField } from './fields.tsx';

/** What the trainer is told about one lineage: once, or until it is taken back. */
export function DirectiveDialog({ label }: { label: LineageLabel }) {
  const { actions } = usePanel();
  const close = useUIStore((state) => state.close);
  const lineage = useDocument().lineages.find((one) => one.label === label);
  const [sticky, setSticky] = useState(lineage?.directives.sticky ?? '');
  const [oneShot, setOneShot] = useState(lineage?.directives.oneShot ?? '');
  const save = () => {
    actions.direct(label, { sticky: orNull(sticky), oneShot: orNull(oneShot) });
    close();
  };
  return (
    <Dialog
      title={`Directives for ${label}, ${lineage?.strategyTag ?? ''}`}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" onClick={save}>
            Save
          </Button>
        </>
      }
    >
      <TextField label="For the next cycle only" text={oneShot} onChange={setOneShot} placeholder="Such as: answer in German this time" isFocused />
      <TextField label="For every cycle, until it is taken back" text={sticky} onChange={setSticky} placeholder="Such as: never more than three sentences" />
      <p className="muted">They reach the trainer as your words, and no other lineage sees them.</p>
    </Dialog>
  );
}

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}
