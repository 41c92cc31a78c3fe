import { withStrategy } from '../../../src/common/strategies.ts';
import type { ChatSuggestion, Strategy } from '../../../src/protocol/camp.ts';
import { Button, ButtonRow } from '../../shared/parts/button.tsx';
import { EmptyState } from '../../shared/parts/emptyState.tsx';
import { LinkButton } from '../../shared/parts/linkButton.tsx';
import { VisibleText } from '../../shared/parts/visibleText.tsx';
import { editedStrategies, isFilled } from '../model/editedStrategies.ts';
import { lineageLabels } from '../model/labels.ts';
import { usePanel } from '../panelContext.ts';
import { useDocument, useSessionStore } from '../stores/sessionStore.ts';
import { useUIStore } from '../stores/uiStore.ts';
import { Conversation } from './conversation.tsx';
import { StrategiesEditor } from './strategiesEditor.tsx';

/** Before agents have answered: the strategies are talked about and confirmed. */
export function Draft() {
  const { actions } = usePanel();
  const { session, inputs, strategies: present } = useDocument();
  const kept = useUIStore((state) => state.strategies);
  const change = useUIStore((state) => state.change);
  const strategies = editedStrategies(kept, present) ?? present;
  const setStrategies = (edited: Strategy[]) => change({ strategies: { of: present, edited } });
  const open = useUIStore((state) => state.open);
  const isWorking = useSessionStore((state) => state.work !== null);
  const isWhole = strategies.length === lineageLabels.length && strategies.every(isFilled);
  const missing = lineageLabels.filter((label) => !strategies.some((one) => one.label === label));
  const isTaken = (suggestion: ChatSuggestion) => suggestion.kind === 'strategy' && strategies.some(({ label, tag, approach }) => label === suggestion.lineage && tag === suggestion.tag && approach === suggestion.approach);
  // It joins what is written here, which becomes the session's with its confirmation.
  const take = (suggestion: ChatSuggestion) => {
    if (suggestion.kind !== 'strategy') return;
    const { lineage: label, tag, approach } = suggestion;
    setStrategies(withStrategy(strategies, { label, tag, approach }));
  };
  const editor = (
    <section className="draft" aria-label="Strategies">
      {session.constraints !== '' && (
        <p>
          <span className="muted">Constraints: </span>
          <VisibleText text={session.constraints} />
        </p>
      )}
      <p className="muted">
        Tried on {inputs.length === 1 ? 'one input' : `${String(inputs.length)} inputs`}
        {inputs.some(({ split }) => split === 'heldOut') ? `, ${String(inputs.filter(({ split }) => split === 'heldOut').length)} of them held out` : ''}. <LinkButton onClick={() => open({ kind: 'addInput' })}>add inputs…</LinkButton>
      </p>
      {session.mode === 'quickstart' ? (
        <EmptyState icon="rocket" text="One balanced agent is made and answers your input; your feedback changes it.">
          <Button look="primary" isDisabled={isWorking} onClick={() => actions.begin()}>
            Make the Agent
          </Button>
        </EmptyState>
      ) : strategies.length === 0 ? (
        <EmptyState icon="lightbulb" text="The trainer proposes four different ways to go about it. You can change each before agents are made of them.">
          <Button look="primary" isDisabled={isWorking} onClick={() => actions.proposeStrategies()}>
            Propose Strategies
          </Button>
        </EmptyState>
      ) : (
        <>
          <h2>Strategies</h2>
          <StrategiesEditor strategies={strategies} isDisabled={isWorking} onChange={setStrategies} />
          <ButtonRow label="Strategies">
            <Button look="primary" icon="check" isDisabled={isWorking || !isWhole} title={isWhole ? 'Makes an agent of each and runs it on every input' : 'Four strategies are needed, each with a tag and an approach'} onClick={() => actions.confirmStrategies(strategies)}>
              Confirm and Run
            </Button>
            {missing.length > 0 && (
              <Button icon="lightbulb" isDisabled={isWorking || !strategies.every(isFilled)} title={`Proposes strategies for ${missing.join(', ')}; those that are here stay`} onClick={() => actions.completeStrategies(strategies, missing)}>
                Propose the Rest
              </Button>
            )}
            <Button icon="refresh" isDisabled={isWorking} title="Proposes four others" onClick={() => actions.proposeStrategies()}>
              Ask for Others
            </Button>
          </ButtonRow>
        </>
      )}
    </section>
  );
  if (session.mode === 'quickstart') return editor;
  return (
    <div className="camp-body with-side">
      {editor}
      <aside className="trainer" aria-label="Trainer">
        <Conversation isTaken={isTaken} canTake={({ kind }) => kind === 'strategy'} onTake={take} />
      </aside>
    </div>
  );
}
