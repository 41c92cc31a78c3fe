import { useEffect, useRef } from 'react';
import type { LineageLabel } from '../../../src/protocol/camp.ts';
import { ErrorLine } from '../../shared/parts/errorLine.tsx';
import { Icon } from '../../shared/parts/icon.tsx';
import { LinkButton } from '../../shared/parts/linkButton.tsx';
import type { Cell } from '../model/standings.ts';
import { usePanel } from '../panelContext.ts';
import { useSessionStore } from '../stores/sessionStore.ts';
import { Markdown } from './markdown.tsx';

/** What the lineage wrote, or why it did not. Its place has the same size whatever it holds. */
export function CardOutput({ label, cell, stream, isCurrent }: { label: LineageLabel; cell: Cell; stream: string | null; isCurrent: boolean }) {
  const { actions, backend } = usePanel();
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
            <ErrorLine message={problem.message} hint={isOfKey(problem.code) ? undefined : problem.hint} {...(isCurrent && !isWorking ? { onRetry: () => actions.retry(label) } : {})} />
          )}
          {problem !== null && isOfKey(problem.code) && (
            <p>
              <LinkButton onClick={() => backend.act('providers.setKey', null)}>Set a key…</LinkButton>
            </p>
          )}
          {cell.isBehind && problem === null && <p className="muted">It stands at cycle {lineage.cycle}{isWorking ? '.' : ' and was not regenerated yet.'}</p>}
          {artifact !== null && <Markdown text={artifact.content} />}
          {artifact === null && problem === null && !cell.isBehind && <p className="muted">{nothingYet(cell, isWorking)}</p>}
        </>
      )}
    </div>
  );
}

/** Its hint names the command line; here it is set in the editor's own dialog. */
function isOfKey(code: string): boolean {
  return code === 'provider_key_refused' || code === 'provider_key_missing';
}

function nothingYet({ execution, lineage }: Cell, isWorking: boolean): string {
  if (execution?.state === 'running') return 'Is being answered…';
  if (execution?.state === 'cancelled') return 'Was cancelled.';
  return isWorking && lineage.agents.length === 0 ? 'Its agent is written first…' : 'No answer yet.';
}
