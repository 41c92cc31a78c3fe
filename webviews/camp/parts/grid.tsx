import { useEffect, useRef, type RefObject } from 'react';
import type { LineageLabel } from '../../../src/protocol/camp.ts';
import { actionOf, movedTo, type CardAction } from '../model/keys.ts';
import { blindOrder } from '../model/blind.ts';
import { cellOf } from '../model/standings.ts';
import { usePanel } from '../panelContext.ts';
import { useAgentStore } from '../stores/agentStore.ts';
import { useDocument, useSessionStore } from '../stores/sessionStore.ts';
import { useUIStore } from '../stores/uiStore.ts';
import { Card } from './card.tsx';
import { useShown } from './cardState.ts';

/** The cards side by side, with the keys that go through them. */
export function Grid() {
  const document = useDocument();
  const { input, cycle } = useShown();
  const isBlind = useUIStore((state) => state.isBlind);
  const labels = document.lineages.map(({ label }) => label);
  const order = isBlind ? blindOrder(labels, `${document.session.id} ${String(cycle)} ${input}`) : labels;
  const grid = useRef<HTMLDivElement>(null);
  const onKey = useKeys(order, grid);
  useEffect(() => {
    // A panel that was opened has the focus on nothing: its keys are the cards'.
    const onBody = (event: KeyboardEvent) => {
      if (event.target === window.document.body) onKey(event);
    };
    window.addEventListener('keydown', onBody);
    return () => window.removeEventListener('keydown', onBody);
  });
  return (
    <div
      ref={grid}
      className="lineages"
      role="group"
      aria-label="Answers side by side. Arrow keys go through them, digits score, question mark lists all keys."
      onKeyDown={(event) => {
        if (!(event.target instanceof HTMLInputElement)) onKey(event.nativeEvent);
      }}
    >
      {order.map((label, place) => (
        <Card key={label} label={label} place={place} isAlone={document.session.mode === 'quickstart'} />
      ))}
    </div>
  );
}

/** How many cards stand side by side, as the page has laid them out. */
function columnsOf(grid: HTMLElement | null): number {
  if (grid === null) return 1;
  return getComputedStyle(grid).gridTemplateColumns.split(' ').length;
}

function useKeys(order: readonly LineageLabel[], grid: RefObject<HTMLElement | null>): (event: KeyboardEvent) => void {
  const { actions, lineageStore } = usePanel();
  const document = useDocument();
  const { input, cycle, isCurrent } = useShown();
  const isBlind = useUIStore((state) => state.isBlind);
  const place = useUIStore((state) => state.place);
  const change = useUIStore((state) => state.change);
  const open = useUIStore((state) => state.open);
  const mark = useUIStore((state) => state.mark);
  const showAgent = useAgentStore((state) => state.show);
  const isWorking = useSessionStore((state) => state.work !== null);
  const carryOut = (action: CardAction) => {
    const label = order[place];
    const cell = label === undefined ? null : cellOf(document, { label, input, cycle });
    if (label === undefined || cell === null) return;
    const { artifact, agent, execution } = cell;
    switch (action.kind) {
      case 'move':
        // The first arrow goes to the card where the keyboard was.
        if (grid.current?.contains(window.document.activeElement) === true) change({ place: movedTo(place, action.to, { cards: order.length, columns: columnsOf(grid.current) }) });
        else grid.current?.querySelector<HTMLElement>('.lineage[tabindex="0"]')?.focus();
        return;
      case 'input': {
        const at = document.inputs.findIndex(({ id }) => id === input) + action.step;
        const next = document.inputs[at];
        if (next !== undefined) change({ input: next.id });
        return;
      }
      case 'score':
        if (isCurrent && artifact !== null) actions.score({ label, input, artifact: artifact.id }, action.score, lineageStore.getState().drafts[artifact.id] ?? cell.evaluation?.comment ?? '');
        return;
      case 'comment':
        grid.current?.querySelector<HTMLInputElement>(`[data-label="${label}"] .comment`)?.focus();
        return;
      case 'expand':
        if (artifact !== null) open({ kind: 'answer', label });
        return;
      case 'compare':
        if (artifact !== null) mark(label);
        return;
      case 'help':
        open({ kind: 'help' });
        return;
      case 'blind':
        change({ isBlind: !isBlind });
        return;
      case 'retry':
        if (isCurrent && !isWorking) actions.retry(label);
        return;
      case 'trace':
        if (!isBlind && execution !== null) open({ kind: 'trace', label });
        return;
      case 'agent':
        if (!isBlind && agent !== null) showAgent(label, agent.version);
        return;
      case 'directive':
        if (!isBlind && isCurrent) open({ kind: 'directive', label });
        return;
      case 'lock':
        if (!isBlind && isCurrent && !isWorking) actions.setLock(label, !cell.isLocked);
    }
  };
  return (event) => {
    const action = actionOf(event);
    // Enter on a button is the button's.
    if (action === null || (action.kind === 'expand' && event.target instanceof HTMLButtonElement)) return;
    event.preventDefault();
    carryOut(action);
  };
}
