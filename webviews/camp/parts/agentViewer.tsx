import { VisibleText } from '../../shared/parts/visibleText.tsx';
import { partsOf } from '../model/agentText.ts';
import { useAgentStore } from '../stores/agentStore.ts';
import { useDocument } from '../stores/sessionStore.ts';
import { Dialog } from './dialog.tsx';
import { InlineDiff } from './compare.tsx';

/** The agent behind a card, whatever it is made of, or what changed since another version. */
export function AgentViewer() {
  const { lineages } = useDocument();
  const shown = useAgentStore((state) => state.shown);
  const against = useAgentStore((state) => state.against);
  const show = useAgentStore((state) => state.show);
  const compareWith = useAgentStore((state) => state.compareWith);
  const close = useAgentStore((state) => state.close);
  const lineage = lineages.find(({ label }) => label === shown?.label);
  const agent = lineage?.agents.find(({ version }) => version === shown?.version);
  if (lineage === undefined || agent === undefined) return null;
  const other = lineage.agents.find(({ version }) => version === against) ?? null;
  const others = lineage.agents.filter(({ version }) => version !== agent.version);
  return (
    <Dialog title={`Agent of lineage ${lineage.label}, ${lineage.strategyTag}`} onClose={close} isWide>
      <div className="viewer-tools">
        <label>
          Version{' '}
          <select value={agent.version} onChange={({ target }) => show(lineage.label, Number(target.value), against === Number(target.value) ? null : against)}>
            {lineage.agents.map(({ version, origin }) => (
              <option key={version} value={version}>{`v${String(version)}, ${origin}`}</option>
            ))}
          </select>
        </label>
        {others.length > 0 && (
          <label>
            Changes since{' '}
            <select value={against ?? ''} onChange={({ target }) => compareWith(target.value === '' ? null : Number(target.value))}>
              <option value="">not shown</option>
              {others.map(({ version }) => (
                <option key={version} value={version}>{`v${String(version)}`}</option>
              ))}
            </select>
          </label>
        )}
        {agent.parent !== null && <span className="muted">made of v{agent.parent}</span>}
      </div>
      {other === null ? (
        partsOf(agent.definition).map(({ name, text, isCode }) => (
          <section key={name} className="agent-part">
            <h3>{name}</h3>
            <div className={isCode ? 'code' : 'prose'} dir="auto">
              <VisibleText text={text} />
            </div>
          </section>
        ))
      ) : (
        <Changes before={partsOf(other.definition)} after={partsOf(agent.definition)} />
      )}
    </Dialog>
  );
}

type Parts = ReturnType<typeof partsOf>;

function Changes({ before, after }: { before: Parts; after: Parts }) {
  const names = [...new Set([...after, ...before].map(({ name }) => name))];
  const textOf = (parts: Parts, name: string) => parts.find((part) => part.name === name)?.text ?? '';
  const changed = names.filter((name) => textOf(before, name) !== textOf(after, name));
  if (changed.length === 0) return <p className="muted">Nothing is different.</p>;
  return changed.map((name) => (
    <section key={name} className="agent-part">
      <h3>{name}</h3>
      <InlineDiff before={textOf(before, name)} after={textOf(after, name)} />
    </section>
  ));
}
