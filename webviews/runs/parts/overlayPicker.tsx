import { useRef, useState } from 'react';
import { figure } from '../../../src/common/figures.ts';
import { Button } from '../../shared/parts/button.tsx';
import { EmptyState } from '../../shared/parts/emptyState.tsx';
import { shortId } from '../charts/curvesOfRuns.ts';
import { useRunState } from '../panelContext.ts';

/** As many as there are colours to tell them apart. */
const mostOverlays = 5;

/** Chooses the runs that lie over this one. */
export function OverlayPicker() {
  const id = useRunState((state) => state.id);
  const others = useRunState((state) => state.others);
  const overlays = useRunState((state) => state.ui.overlays);
  const setUi = useRunState((state) => state.setUi);
  const [isOpen, setOpen] = useState(false);
  const [search, setSearch] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const choices = others.filter((run) => run.id !== id && `${run.dataset} ${run.model} ${run.id}`.toLowerCase().includes(search.toLowerCase()));
  const toggle = (run: string) => setUi({ overlays: overlays.includes(run) ? overlays.filter((one) => one !== run) : [...overlays, run].slice(-mostOverlays) });
  return (
    <div
      ref={box}
      className="picker"
      onKeyDown={({ key }) => {
        if (key === 'Escape') setOpen(false);
      }}
      onBlur={({ relatedTarget }) => {
        if (!(relatedTarget instanceof Node) || box.current?.contains(relatedTarget) !== true) setOpen(false);
      }}
    >
      <button type="button" className="button toggle" aria-expanded={isOpen} aria-pressed={overlays.length > 0} onClick={() => setOpen(!isOpen)}>
        Overlay{overlays.length === 0 ? '…' : ` ${String(overlays.length)}`}
      </button>
      {isOpen && (
        <div className="picker-list" role="dialog" aria-label="Runs to lie over this one" tabIndex={-1}>
          <input type="search" placeholder="Filter runs" aria-label="Filter runs" value={search} autoFocus onChange={({ target }) => setSearch(target.value)} />
          {choices.length === 0 && <EmptyState icon="search" text="No other run." />}
          {choices.slice(0, 50).map((run) => (
            <label key={run.id}>
              <input type="checkbox" checked={overlays.includes(run.id)} onChange={() => toggle(run.id)} />
              <span>
                {run.dataset} <span className="muted">{shortId(run.id)} · {run.state} · loss {figure(run.bestValidationLoss ?? run.loss)}</span>
              </span>
            </label>
          ))}
          {overlays.length > 0 && (
            <Button look="plain" icon="clear-all" onClick={() => setUi({ overlays: [] })}>
              None
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
