import { counted } from '../../../src/common/figures.ts';
import type { SessionMode } from '../../../src/protocol/camp.ts';
import { Button, Toggle } from '../../shared/parts/button.tsx';
import { LinkButton } from '../../shared/parts/linkButton.tsx';
import { currentCycle, nextStep, type NextStep } from '../model/standings.ts';
import { usePanel } from '../panelContext.ts';
import { useDocument, useSessionStore } from '../stores/sessionStore.ts';
import { useUIStore } from '../stores/uiStore.ts';
import { useShown } from './cardState.ts';

/** The cycle that is shown, and the way to the next: what is still missing is named. */
export function CycleBar({ mode }: { mode: SessionMode }) {
  const { actions } = usePanel();
  const document = useDocument();
  const { cycle, isCurrent } = useShown();
  const change = useUIStore((state) => state.change);
  const open = useUIStore((state) => state.open);
  const isBlind = useUIStore((state) => state.isBlind);
  const isSideOpen = useUIStore((state) => state.isSideOpen);
  const isWorking = useSessionStore((state) => state.work !== null);
  const newest = currentCycle(document);
  const next = nextStep(document);
  const missing = missingText(next, isBlind);
  const agentless = document.lineages.filter(({ agents }) => agents.length === 0);
  const isAllLocked = document.lineages.every(({ isLocked }) => isLocked);
  return (
    <div className="cycle-bar">
      <label className="cycle">
        <span className="muted">Cycle</span>
        <select aria-label="Cycle" value={cycle} onChange={({ target }) => change({ cycle: Number(target.value) === newest ? 0 : Number(target.value) })}>
          {newest === 0 && <option value={0}>1, being made</option>}
          {document.cycles.toReversed().map(({ number }) => (
            <option key={number} value={number}>
              {number === newest ? `${String(number)}, the newest` : String(number)}
            </option>
          ))}
        </select>
      </label>
      {!isCurrent && (
        <span className="muted">
          Looked at, not changed.{' '}
          <button type="button" className="link" onClick={() => change({ cycle: 0 })}>
            Back to the newest
          </button>
        </span>
      )}
      <span className="spacer" />
      {mode === 'training' && (
        <Toggle isOn={isBlind} onChange={(on) => change({ isBlind: on })} title="Hides strategies and names and shuffles the cards while you score (B)">
          Blind
        </Toggle>
      )}
      <Button look="plain" icon="graph-line" isDisabled={isBlind} onClick={() => open({ kind: 'history' })}>
        History
      </Button>
      {!isBlind && (
        <Toggle isOn={isSideOpen} onChange={(on) => change({ isSideOpen: on })} title="What the trainer was told and what it did">
          Trainer
        </Toggle>
      )}
      <Button look="plain" icon="question" title="Keys (?)" onClick={() => open({ kind: 'help' })}>
        Keys
      </Button>
      {isCurrent && mode === 'training' && newest > 0 && (
        <Button
          look="primary"
          icon="sync"
          isDisabled={missing !== null || isAllLocked || isWorking}
          title={missing ?? (isAllLocked ? 'All lineages are locked.' : 'Evolves every unlocked lineage by its scores, and runs it again')}
          onClick={() => actions.regenerate()}
        >
          Regenerate Unlocked
        </Button>
      )}
      {isCurrent && (mode === 'training' || agentless.length > 0) && (
        <p className="muted missing" role="status">
          {!isWorking && agentless.length > 0 && (
            <>
              {isBlind ? counted(agentless.length, 'lineage') : agentless.map(({ label }) => label).join(', ')} without an agent:{' '}
              <LinkButton onClick={() => actions.begin()}>make {agentless.length === 1 ? 'it' : 'them'}</LinkButton>.{' '}
            </>
          )}
          {mode === 'training' && (missing ?? (isAllLocked ? 'All lineages are locked: unlock one to go on.' : isWorking ? ' ' : behindText(next, isBlind)))}
        </p>
      )}
    </div>
  );
}

/** Names what is missing; while names are hidden it says how much. */
function missingText({ missing }: NextStep, isBlind: boolean): string | null {
  const parts = [
    { title: 'Not scored yet', missing: missing.map(({ label, unscored }) => ({ label, inputs: unscored })) },
    { title: 'Without an answer', missing: missing.map(({ label, unanswered }) => ({ label, inputs: unanswered })) },
  ];
  const texts = parts.flatMap((part) => {
    const named = part.missing.filter(({ inputs }) => inputs.length > 0);
    if (named.length === 0) return [];
    const what = isBlind ? counted(named.reduce((sum, { inputs }) => sum + inputs.length, 0), 'answer') : named.map(({ label, inputs }) => `${label} on ${inputs.length === 1 ? 'input' : 'inputs'} ${inputs.join(', ')}`).join('; ');
    return [`${part.title}: ${what}.`];
  });
  return texts.length === 0 ? null : texts.join(' ');
}

/** A regeneration that stopped midway goes on with those that it left behind. */
function behindText({ behind }: NextStep, isBlind: boolean): string {
  if (behind.length === 0) return ' ';
  return isBlind ? `Goes on with ${counted(behind.length, 'lineage')} that stayed behind.` : `Goes on with ${behind.join(', ')}, which stayed behind.`;
}
