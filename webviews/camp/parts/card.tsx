import { useEffect, useRef } from 'react';
import { count, duration } from '../../../src/common/figures.ts';
import type { LineageLabel } from '../../../src/protocol/camp.ts';
import { VisibleText } from '../../shared/parts/visibleText.tsx';
import { cost } from '../model/money.ts';
import type { Cell } from '../model/standings.ts';
import { CardButtons } from './cardButtons.tsx';
import { CardOutput } from './cardOutput.tsx';
import { useCard } from './cardState.ts';
import { CommentField } from './commentField.tsx';
import { ScoreControl } from './scoreControl.tsx';
import { useUIStore } from '../stores/uiStore.ts';
import { usePanel } from '../panelContext.ts';

interface CardProps {
  label: LineageLabel;
  /** Where it stands in the grid, from 0. */
  place: number;
  /** The one agent of a quick start: there is nothing to compare, to lock or to direct. */
  isAlone: boolean;
}

/** One lineage's answer to the shown input: what it wrote, what it took, its score, and what can be done with it. */
export function Card({ label, place, isAlone }: CardProps) {
  const { actions } = usePanel();
  const { cell, input, isCurrent, stream, score, comment } = useCard(label);
  const isBlind = useUIStore((state) => state.isBlind);
  const focused = useUIStore((state) => state.place);
  const isMarked = useUIStore((state) => state.marked === label);
  const change = useUIStore((state) => state.change);
  const card = useRef<HTMLElement>(null);
  const isFocused = focused === place;
  useEffect(() => {
    // Only where the keyboard is in the grid: a panel that is shown takes no focus by itself.
    if (isFocused && card.current?.parentElement?.contains(document.activeElement) === true && !card.current.contains(document.activeElement)) card.current.focus();
  }, [isFocused]);
  if (cell === null) return null;
  const name = isBlind ? `Answer ${String(place + 1)}` : `Lineage ${label}`;
  const { artifact } = cell;
  const canScore = isCurrent && artifact !== null && stream === null;
  return (
    <article
      ref={card}
      className={['lineage', cell.isLocked && !isBlind ? 'locked' : '', isMarked ? 'marked' : ''].filter((one) => one !== '').join(' ')}
      tabIndex={isFocused ? 0 : -1}
      aria-label={spoken({ name, cell, score, isBlind, isWriting: stream !== null })}
      data-label={label}
      onFocus={() => {
        if (!isFocused) change({ place });
      }}
    >
      <header className="lineage-header">
        <span className="lineage-label">{isBlind ? place + 1 : label}</span>
        <span className="lineage-name">{isBlind ? `Answer ${String(place + 1)}` : <VisibleText text={cell.lineage.strategyTag} />}</span>
        {!isBlind && cell.agent !== null && <span className="muted version">v{cell.agent.version}</span>}
        {!isBlind && <CardButtons label={label} cell={cell} isCurrent={isCurrent} isAlone={isAlone} />}
      </header>
      <CardOutput label={label} cell={cell} stream={stream} isCurrent={isCurrent} />
      <footer className="lineage-footer">
        <p className="muted figures">{isBlind ? ' ' : figures(cell)}</p>
        <ScoreControl
          label={`Score of ${name}`}
          score={score}
          proposed={cell.preScore?.score ?? null}
          isDisabled={!canScore}
          onScore={(one) => {
            if (artifact !== null) actions.score({ label, input, artifact: artifact.id }, one, comment);
          }}
        />
        <CommentField place={{ label, input, artifact: artifact?.id ?? '' }} name={name} comment={comment} stored={cell.evaluation?.comment ?? ''} score={score} isDisabled={!canScore || score === null} />
      </footer>
    </article>
  );
}

function figures({ execution }: Cell): string {
  if (execution === null) return ' ';
  const tokens = execution.completionTokens;
  return [
    tokens === null ? null : `${count(tokens)} tokens`,
    execution.state === 'completed' ? cost(execution.costUsd) : null,
    execution.seconds === null ? null : duration(execution.seconds),
    execution.attempt > 1 ? `try ${String(execution.attempt)}` : null,
  ].filter((part) => part !== null).join(' · ');
}

function spoken({ name, cell, score, isBlind, isWriting }: { name: string; cell: Cell; score: number | null; isBlind: boolean; isWriting: boolean }): string {
  const state = isWriting ? 'is being written' : cell.execution?.state === 'failed' || cell.lineage.problem !== null ? 'failed' : cell.artifact === null ? 'no answer yet' : null;
  return [
    name,
    isBlind ? null : cell.lineage.strategyTag,
    isBlind || cell.agent === null ? null : `version ${String(cell.agent.version)}`,
    state,
    score === null ? 'not scored' : `score ${String(score)}`,
    cell.isLocked && !isBlind ? 'locked' : null,
  ].filter((part) => part !== null).join(', ');
}
