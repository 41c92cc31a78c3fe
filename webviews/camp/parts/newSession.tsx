import type { SessionMode } from '../../../src/protocol/camp.ts';
import { Button, ButtonRow } from '../../shared/parts/button.tsx';
import { usePanel } from '../panelContext.ts';
import { useSessionStore } from '../stores/sessionStore.ts';
import { useUIStore, type NewDraft } from '../stores/uiStore.ts';
import { TextField } from './fields.tsx';
import { filled, InputsEditor } from './inputsEditor.tsx';
import { ModelFields } from './modelFields.tsx';

const emptyDraft: NewDraft = { need: '', constraints: '', mode: 'training', inputs: [{ text: '', split: 'train' }], models: { model: null, trainerModel: null, costCapUsd: null } };

/** The beginning: what an agent is needed for, what must hold, and what it will be asked. */
export function NewSession() {
  const { actions } = usePanel();
  const isWorking = useSessionStore((state) => state.work !== null);
  const draft = useUIStore((state) => state.draft) ?? emptyDraft;
  const changeUi = useUIStore((state) => state.change);
  const change = (part: Partial<NewDraft>) => changeUi({ draft: { ...draft, ...part } });
  const { need, constraints, mode, inputs, models } = draft;
  const real = filled(inputs);
  const missing = need.trim() === '' ? 'Say what the agent is for.' : !real.some(({ split }) => split === 'train') ? 'One input at least that is not held out.' : null;
  return (
    <section className="new-session" aria-label="New session">
      <div>
        <h1>New session</h1>
        <p className="muted">Four different agents answer the same inputs. You score what they wrote, the trainer evolves them, and every score becomes training data.</p>
      </div>
      <TextField label="What do you need?" text={need} onChange={(text) => change({ need: text })} longest={20_000} rows={3} placeholder="Such as: triage bug reports of our app, with the component and how severe it is" isFocused />
      <TextField label="What must always hold?" text={constraints} onChange={(text) => change({ constraints: text })} longest={20_000} rows={2} placeholder="Such as: at most two sentences, no promises about dates" />
      <InputsEditor inputs={inputs} onChange={(all) => change({ inputs: all })} />
      <fieldset className="choices">
        <legend>How to begin</legend>
        <Mode mode="training" chosen={mode} onChoose={(chosen) => change({ mode: chosen })} title="Four lineages side by side" text="Strategies are proposed, you confirm them, and compare what four agents do." />
        <Mode mode="quickstart" chosen={mode} onChoose={(chosen) => change({ mode: chosen })} title="Quick start" text="One agent and your words about what it writes. Can be promoted to four later." />
      </fieldset>
      <ModelFields choice={models} onChange={(chosen) => change({ models: chosen })} />
      <ButtonRow label="Begin">
        <Button look="primary" isDisabled={missing !== null || isWorking} onClick={() => actions.create({ need: need.trim(), constraints: constraints.trim(), mode, inputs: real, ...models })}>
          {mode === 'training' ? 'Propose Strategies' : 'Make the Agent'}
        </Button>
        <span className="muted" role="status">
          {missing}
        </span>
      </ButtonRow>
    </section>
  );
}

function Mode({ mode, chosen, onChoose, title, text }: { mode: SessionMode; chosen: SessionMode; onChoose: (mode: SessionMode) => void; title: string; text: string }) {
  return (
    <label className="choice">
      <input type="radio" name="mode" checked={chosen === mode} onChange={() => onChoose(mode)} />
      <span>
        <strong>{title}</strong> <span className="muted">{text}</span>
      </span>
    </label>
  );
}
