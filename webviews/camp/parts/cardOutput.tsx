import { useEffect, useRef } from 'react';
import type { LineageLabel } from '../../../src/protocol/camp.ts';
import { ErrorLine } from '../../shared/parts/errorLine.tsx';
import { Icon } from '../../shared/parts/icon.tsx';
import type { Cell } from '../model/standings.ts';
import { usePanel } from '../panelContext.ts';
import { useSessionStore } from '../stores/sessionStore.ts';
import { Markdown } from './markdown.tsx';

/** What the lineage wrote, or why it did not. Its place has the same size whatever it holds. */
export function CardOutput({ label, cell, stream, isCurrent }: { label: LineageLabel; cell: Cell; stream: string | null; isCurrent: boolean }) {
  const { actions } = usePanel();
  const isWorking = useSessionStore((state) => state.work !== null);
  const place = useRef<HTMLDivElement>(null);
  const { artifact, execution, lineage } = cell;
  // What is written stays in sight, unless a person has scrolled away from the end.
  useEffect(() => {
    const box = place.current;
    if (stream !== null && box !== null && box.scrollHeight - box.scrollTop - box.clientHeight < 80) box.scrollTop = box.scrollHeight;
  }, [stream]);
  const problem = isCurrent ? (lineage.problem ?? (execution?.state === 'failed' ? execution.error : null)) : execution?.state === 'failed' ? execution.error : null;
  return (
    <div ref={place} className="output">
      {stream !== null ? (
        <>
          <p className="muted writing" role="status">
            <Icon name="loading" isSpinning /> writing…
          </p>
          <Markdown text={stream} />
        </>
      ) : (
        <>
          {problem !== null && (
            <ErrorLine message={problem.message} hint={problem.hint} {...(isCurrent && !isWorking ? { onRetry: () => actions.retry(label) } : {})} />
          )}
          {cell.isBehind && problem === null && <p className="muted">It stands at cycle {lineage.cycle}{isWorking ? '.' : ' and was not regenerated yet.'}</p>}
          {artifact !== null && <Markdown text={artifact.content} />}
          {artifact === null && problem === null && !cell.isBehind && <p className="muted">{nothingYet(cell, isWorking)}</p>}
        </>
      )}
    </div>
  );
}

function nothingYet({ execution, lineage }: Cell, isWorking: boolean): string {
  if (execution?.state === 'running') return 'Is being answered…';
  if (execution?.state === 'cancelled') return 'Was cancelled.';
  return isWorking && lineage.agents.length === 0 ? 'Its agent is written first…' : 'No answer yet.';
}
