import { count, shortCount } from '../../../src/common/figures.ts';
import { Button, ButtonRow } from '../../shared/parts/button.tsx';
import { VisibleText } from '../../shared/parts/visibleText.tsx';
import { cost } from '../model/money.ts';
import { currentCycle } from '../model/standings.ts';
import { usePanel } from '../panelContext.ts';
import { useDocument, useSessionStore } from '../stores/sessionStore.ts';
import { useUIStore } from '../stores/uiStore.ts';

/** A cap that is so far used up is told. */
const nearCap = 0.8;

/** What the session is for, what it has cost, who answers, and where it leads. */
export function Header() {
  const document = useDocument();
  const { backend } = usePanel();
  const open = useUIStore((state) => state.open);
  const isWorking = useSessionStore((state) => state.work !== null);
  const { session, evaluations, spent } = document;
  const scored = new Set(evaluations.filter(({ by }) => by === 'user').map(({ artifact }) => artifact)).size;
  return (
    <header className="camp-header">
      <div className="camp-title">
        <h1>
          <VisibleText text={session.name} />
        </h1>
        {session.need !== session.name && (
          <p className="muted need" dir="auto" title={session.need}>
            <VisibleText text={session.need} />
          </p>
        )}
      </div>
      <ButtonRow label="Session">
        {session.mode === 'quickstart' && (
          <Button icon="rocket" isDisabled={document.artifacts.length === 0 || isWorking} title="Makes a session of four lineages of it" onClick={() => open({ kind: 'promote' })}>
            Promote…
          </Button>
        )}
        <Button icon="export" isDisabled={scored === 0} title={scored === 0 ? 'Scores become training data; nothing is scored yet' : 'Scores become training data'} onClick={() => open({ kind: 'export' })}>
          Export…
        </Button>
        <Button look="plain" icon="settings-gear" title="Its name, models, judge and cost cap" onClick={() => open({ kind: 'settings' })}>
          Settings…
        </Button>
        <Button look="plain" icon="go-to-file" title="Opens the session’s file, which holds all of this" onClick={() => backend.act('sessions.openFile', session.id)}>
          File
        </Button>
      </ButtonRow>
      <dl className="camp-facts" aria-label="Session in figures">
        <Fact name="Cycle" value={count(currentCycle(document))} note={session.mode === 'quickstart' ? 'quick start' : `${String(document.lineages.filter(({ isLocked }) => isLocked).length)} locked`} />
        <Fact name="Scored" value={count(scored)} note={`of ${count(document.artifacts.length)}`} />
        <Fact name="Calls" value={count(spent.calls)} note={`${shortCount(spent.promptTokens + spent.completionTokens)} tokens`} />
        <Fact name="Cost" value={cost(spent.costUsd)} note={session.costCapUsd === null ? 'no cap' : `cap ${cost(session.costCapUsd)}`} isWarning={session.costCapUsd !== null && spent.costUsd >= session.costCapUsd * nearCap} />
        <Fact name="Answers by" value={modelName(session.model)} note={modelNote(session.model)} />
        {session.trainerModel !== session.model && <Fact name="Evolves by" value={modelName(session.trainerModel)} note={modelNote(session.trainerModel)} />}
      </dl>
    </header>
  );
}

function Fact({ name, value, note, isWarning = false }: { name: string; value: string; note: string; isWarning?: boolean }) {
  return (
    <div>
      <dt className="muted">{name}</dt>
      <dd className={isWarning ? 'warning' : undefined}>
        {value} <span className="muted">{note}</span>
      </dd>
    </div>
  );
}

function modelName(reference: string): string {
  return reference === 'builtin' ? 'the built-in model' : reference;
}

/** The built-in model is real and small; it is good for trying the flow, and says so. */
function modelNote(reference: string): string {
  return reference === 'builtin' ? 'small, good for trying the flow' : reference.startsWith('local:') ? 'on this machine' : '';
}
