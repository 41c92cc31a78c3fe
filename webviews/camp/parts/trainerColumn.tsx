import type { ReactNode } from 'react';
import { hasDirective } from '../../../src/common/directives.ts';
import { counted } from '../../../src/common/figures.ts';
import type { ChatSuggestion, DiffEntry, EvolutionRecord, LineageLabel } from '../../../src/protocol/camp.ts';
import { LinkButton } from '../../shared/parts/linkButton.tsx';
import { VisibleText } from '../../shared/parts/visibleText.tsx';
import { cost } from '../model/money.ts';
import { usePanel } from '../panelContext.ts';
import { useAgentStore } from '../stores/agentStore.ts';
import { useDocument } from '../stores/sessionStore.ts';
import { useUIStore } from '../stores/uiStore.ts';
import { InlineDiff } from './compare.tsx';
import { Conversation } from './conversation.tsx';
import { Regressions } from './history.tsx';

/** The trainer's side: what it is told, and what it did and why, newest first. */
export function TrainerColumn() {
  const { evolutions, session } = useDocument();
  return (
    <aside className="trainer" aria-label="Trainer">
      {session.mode === 'training' && (
        <>
          <TrainerTalk />
          <Directives />
        </>
      )}
      <Regressions />
      <h2>What was changed</h2>
      {evolutions.length === 0 && <p className="muted">{session.mode === 'quickstart' ? 'Feedback on the answer changes the agent; what was changed stands here.' : 'Once all unlocked lineages are scored, “Regenerate Unlocked” evolves them; what was changed, and why, stands here.'}</p>}
      {evolutions.toReversed().map((record) => (
        <Evolution key={record.id} record={record} />
      ))}
    </aside>
  );
}

/** What is taken joins the directives of its lineage. */
function TrainerTalk() {
  const { actions } = usePanel();
  const { lineages } = useDocument();
  const isTaken = (suggestion: ChatSuggestion) =>
    suggestion.kind === 'directive' && lineages.some(({ label, directives }) => label === suggestion.lineage && hasDirective(directives[suggestion.holds], suggestion.text));
  // A strategy was for agents that had not been made.
  return <Conversation isTaken={isTaken} canTake={({ kind }) => kind === 'directive'} onTake={(_suggestion, message, index) => actions.takeSuggestion(message, index)} />;
}

function Directives() {
  const { lineages } = useDocument();
  const open = useUIStore((state) => state.open);
  return (
    <>
      <h2>Directives</h2>
      {lineages.map(({ label, directives, strategyTag }) => (
        <div key={label} className="directive">
          <LinkButton onClick={() => open({ kind: 'directive', label })}>
            {label} <VisibleText text={strategyTag} />
          </LinkButton>
          {directives.oneShot !== null && <Told kind="next cycle" text={directives.oneShot} />}
          {directives.sticky !== null && <Told kind="always" text={directives.sticky} />}
          {directives.oneShot === null && directives.sticky === null && <p className="muted">none</p>}
        </div>
      ))}
    </>
  );
}

function Told({ kind, text }: { kind: string; text: string }) {
  return (
    <p>
      <span className="tag">{kind}</span> <VisibleText text={text} />
    </p>
  );
}

function Evolution({ record }: { record: EvolutionRecord }) {
  const { lineage, parentVersion, version, fromCycle, toCycle, score, effect, hypothesis, plan, diff, credit, creditCalls, analysis, notes, model, costUsd } = record;
  return (
    <details className="evolution">
      <summary>
        <strong>
          {lineage} v{parentVersion} → v{version}
        </strong>{' '}
        <span className="muted">
          cycle {fromCycle} → {toCycle}
        </span>{' '}
        <Effect effect={effect} />
      </summary>
      {score !== null && <p>Answers a mean score of {score.toFixed(1)}.</p>}
      {hypothesis !== '' && (
        <Part title="Why">
          <VisibleText text={hypothesis} />
        </Part>
      )}
      {analysis.length > 0 && (
        <Part title="What the scores say">
          <ul>
            {analysis.map(({ aspect, direction, strength }, index) => (
              <li key={index}>
                {direction} <VisibleText text={aspect} /> <span className="muted">strength {strength.toFixed(1)}</span>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {credit.length > 0 && (
        <Part title={creditCalls === 0 ? 'Blame by sentence' : `Blame by sentence, measured by ${counted(creditCalls, 'call')}`}>
          <ul>
            {credit
              .toSorted((one, other) => other.blame - one.blame)
              .map(({ segment, path, blame, method, evidence }, index) => (
                <li key={index} title={evidence}>
                  <span className={blame > 0 ? 'bad' : 'good'}>{`${blame > 0 ? '+' : ''}${blame.toFixed(2)}`}</span> <VisibleText text={segment} /> <span className="muted">{path === '$.systemPrompt' ? '' : <><VisibleText text={path} />, </>}{method === 'opinion' ? 'a model’s opinion, not measured' : method}</span>
                </li>
              ))}
          </ul>
        </Part>
      )}
      {plan.length > 0 && (
        <Part title="Plan">
          <ul>
            {plan.map(({ target, change, reason }, index) => (
              <li key={index}>
                <code><VisibleText text={target} /></code>: <VisibleText text={change} /> <span className="muted"><VisibleText text={reason} /></span>
              </li>
            ))}
          </ul>
        </Part>
      )}
      <Part title="What really changed">
        {diff.length === 0 ? <p className="muted">Nothing.</p> : diff.map((entry) => <Applied key={entry.path} entry={entry} />)}
        <ShowChanges label={lineage} version={version} parent={parentVersion} />
      </Part>
      {notes.map((note) => (
        <p key={note} className="warning">
          <VisibleText text={note} />
        </p>
      ))}
      <p className="muted">
        {model === '' ? '' : `by ${model}, `}
        {cost(costUsd)}
      </p>
    </details>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Effect({ effect }: { effect: number | null }) {
  if (effect === null) return <span className="muted">effect not known yet</span>;
  return <span className={effect > 0 ? 'good' : effect < 0 ? 'bad' : 'muted'}>{`${effect > 0 ? '+' : ''}${effect.toFixed(1)} points`}</span>;
}

function Applied({ entry }: { entry: DiffEntry }) {
  return (
    <div>
      <code><VisibleText text={entry.path} /></code>
      <InlineDiff before={asText(entry.before)} after={asText(entry.after)} />
    </div>
  );
}

function asText(value: DiffEntry['before']): string {
  return value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function ShowChanges({ label, version, parent }: { label: LineageLabel; version: number; parent: number }) {
  const show = useAgentStore((state) => state.show);
  return <LinkButton onClick={() => show(label, version, parent)}>Show the whole agent</LinkButton>;
}
