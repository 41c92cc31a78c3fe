import { useRef, type KeyboardEvent } from 'react';
import { LinkButton } from '../../shared/parts/linkButton.tsx';
import { VisibleText } from '../../shared/parts/visibleText.tsx';
import { cellOf } from '../model/standings.ts';
import { useDocument } from '../stores/sessionStore.ts';
import { useUIStore } from '../stores/uiStore.ts';
import { useShown } from './cardState.ts';

/** Which input is shown: its number, whether it is held out, and whether all answers to it are scored. */
export function InputBar() {
  const document = useDocument();
  const { input: shown, cycle } = useShown();
  const change = useUIStore((state) => state.change);
  const open = useUIStore((state) => state.open);
  const list = useRef<HTMLDivElement>(null);
  const { inputs, lineages } = document;
  const current = inputs.find(({ id }) => id === shown);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = inputs[(inputs.findIndex(({ id }) => id === shown) + step + inputs.length) % inputs.length];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    change({ input: next.id });
    list.current?.querySelector<HTMLElement>(`[data-input="${next.id}"]`)?.focus();
  };
  const scored = (id: string) => lineages.flatMap(({ label }) => cellOf(document, { label, input: id, cycle })?.evaluation ?? []).length;
  return (
    <div className="input-bar">
      <div className="input-row">
        {inputs.length > 1 && (
          <div ref={list} className="input-tabs" role="tablist" aria-label="Inputs" onKeyDown={onKeyDown}>
            {inputs.map(({ id, number, split }) => (
              <button
                key={id}
                type="button"
                role="tab"
                data-input={id}
                className="input-tab"
                aria-selected={id === shown}
                tabIndex={id === shown ? 0 : -1}
                title={split === 'heldOut' ? 'Held out: never evolved on and never exported; it shows whether a change helps elsewhere' : 'Scores of it steer the next cycle'}
                aria-label={`Input ${String(number)}${split === 'heldOut' ? ', held out' : ''}, ${String(scored(id))} of ${String(lineages.length)} scored`}
                onClick={() => change({ input: id })}
              >
                {number}
                {split === 'heldOut' && <span className="held-out">held out</span>}
                <span className={scored(id) === lineages.length ? 'done' : 'muted'}>
                  {scored(id)}/{lineages.length}
                </span>
              </button>
            ))}
          </div>
        )}
        <LinkButton onClick={() => open({ kind: 'addInput' })}>add inputs…</LinkButton>
      </div>
      {current !== undefined && (
        <p className="input-text" dir="auto" tabIndex={0} role="note" aria-label={`Input ${String(current.number)}`}>
          <VisibleText text={current.text} />
        </p>
      )}
    </div>
  );
}
