import { memo, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { count } from '../../src/common/figures.ts';
import type { LensRow, LensToken } from '../../src/protocol/inspect.ts';
import { words } from './numbers.ts';
import { segmentsOf } from '../shared/segments.ts';
import { VisibleText } from '../shared/parts/visibleText.tsx';

/** One row's tokens, and what a run makes of the row. */
export function LensRowView({ row }: { row: LensRow }) {
  const [at, setAt] = useState<number | null>(null);
  const { tokens, trainedTokens, stopTrained, truncated, dropReason, problems } = row;
  const token = at === null ? undefined : tokens[at];
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = { ArrowRight: (at ?? -1) + 1, ArrowLeft: (at ?? 1) - 1, Home: 0, End: tokens.length - 1 };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setAt(Math.max(0, Math.min(tokens.length - 1, next)));
  };
  const onMouseOver = ({ target }: MouseEvent) => {
    const index = target instanceof HTMLElement ? target.closest<HTMLElement>('[data-token]')?.dataset['token'] : undefined;
    if (index !== undefined) setAt(Number(index));
  };
  return (
    <section className="lensRow" aria-label={`Row ${row.row}`}>
      <h3>
        Row {count(row.row)}
        <span className="muted">
          {' '}
          {count(tokens.length)} tokens, {count(trainedTokens)} trained
          {tokens.length === 0 ? '' : ` (${Math.round((100 * trainedTokens) / tokens.length)} %)`}
        </span>
        {dropReason === null ? null : <span className="tag error">left out: {words(dropReason)}</span>}
        {truncated ? <span className="tag warning">cut to the greatest length</span> : null}
        {dropReason === null && !stopTrained ? <span className="tag warning">a trained turn has no stop token</span> : null}
      </h3>
      {problems.map(({ code, message }) => (
        <p key={code} className="rowIssue warning">
          <span className="codicon codicon-warning" aria-hidden="true" /> <code>{code}</code> <VisibleText text={message} />
        </p>
      ))}
      <div className="tokens" tabIndex={0} role="group" aria-label={`Tokens of row ${row.row}`} onKeyDown={onKeyDown} onMouseOver={onMouseOver}>
        {tokens.map((one, index) => (
          <Token key={index} token={one} index={index} isActive={index === at} />
        ))}
      </div>
      <p className="tokenFacts muted" aria-live="polite">
        {token === undefined || at === null ? '\u00a0' : `Token ${count(at + 1)} · id ${token.id} · ${JSON.stringify(token.text)} · ${stateOf(token)}`}
      </p>
    </section>
  );
}

const Token = memo(function Token({ token, index, isActive }: { token: LensToken; index: number; isActive: boolean }) {
  const className = `token${token.trained ? ' trained' : ''}${token.stop ? ' stop' : ''}${isActive ? ' active' : ''}`;
  return (
    <span className={className} data-token={index} title={`id ${token.id}, ${stateOf(token)}`}>
      {token.text === '' ? '·' : <TokenText text={token.text} />}
    </span>
  );
});

function TokenText({ text }: { text: string }) {
  return segmentsOf(text).map((segment, index) =>
    segment.kind === 'text' ? (
      segment.text.replaceAll('\n', '↵\n')
    ) : (
      <span key={index} className="invisible">
        {segment.text}
      </span>
    ),
  );
}

function stateOf({ trained, stop }: LensToken): string {
  if (stop) return 'stop token, trained';
  return trained ? 'trained' : 'context, not trained';
}
