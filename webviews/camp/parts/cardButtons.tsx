import type { LineageLabel } from '../../../src/protocol/camp.ts';
import { Icon } from '../../shared/parts/icon.tsx';
import type { Cell } from '../model/standings.ts';
import { usePanel } from '../panelContext.ts';
import { useAgentStore } from '../stores/agentStore.ts';
import { useSessionStore } from '../stores/sessionStore.ts';
import { useUIStore } from '../stores/uiStore.ts';

/** What can be done with a card, as icons; each has its key, so none is a stop of the Tab key. */
export function CardButtons({ label, cell, isCurrent, isAlone }: { label: LineageLabel; cell: Cell; isCurrent: boolean; isAlone: boolean }) {
  const { actions } = usePanel();
  const open = useUIStore((state) => state.open);
  const mark = useUIStore((state) => state.mark);
  // A lock is taken between two pieces of work only.
  const isWorking = useSessionStore((state) => state.work !== null);
  const isMarked = useUIStore((state) => state.marked === label);
  const showAgent = useAgentStore((state) => state.show);
  const { agent, artifact, execution, lineage } = cell;
  const hasDirective = lineage.directives.sticky !== null || lineage.directives.oneShot !== null;
  return (
    <span className="lineage-buttons" role="group" aria-label={`Lineage ${label}`}>
      <IconButton icon="screen-full" title="Show the whole answer (Enter)" isDisabled={artifact === null} onClick={() => open({ kind: 'answer', label })} />
      {!isAlone && <IconButton icon="diff" title="Compare with another card (D)" isDisabled={artifact === null} isOn={isMarked} onClick={() => mark(label)} />}
      <IconButton icon="robot" title="Show the agent (A)" isDisabled={agent === null} onClick={() => agent !== null && showAgent(label, agent.version)} />
      <IconButton icon="list-tree" title="Show what happened on the way (T)" isDisabled={execution === null} onClick={() => open({ kind: 'trace', label })} />
      {!isAlone && (
        <>
          <IconButton icon="comment-unresolved" title={`Directives: what it is told (E)${hasDirective ? ', one is set' : ''}`} isDisabled={!isCurrent} isOn={hasDirective} onClick={() => open({ kind: 'directive', label })} />
          <IconButton icon={cell.isLocked ? 'lock' : 'unlock'} title={cell.isLocked ? 'Unlock: it evolves again (L)' : 'Lock: keeps its agent and its answers (L)'} isDisabled={!isCurrent || isWorking} isOn={cell.isLocked} onClick={() => actions.setLock(label, !cell.isLocked)} />
        </>
      )}
    </span>
  );
}

export function IconButton({ icon, title, isDisabled = false, isOn, onClick }: { icon: string; title: string; isDisabled?: boolean; isOn?: boolean; onClick: () => void }) {
  return (
    <button type="button" className="icon-button" tabIndex={-1} title={title} aria-label={title} disabled={isDisabled} onClick={onClick} {...(isOn === undefined ? {} : { 'aria-pressed': isOn })}>
      <Icon name={icon} />
    </button>
  );
}
