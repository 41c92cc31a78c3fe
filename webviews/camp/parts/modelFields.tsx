import { useEffect, useState } from 'react';
import type { Delivered } from '../../shared/backend.ts';
import { ErrorLine } from '../../shared/parts/errorLine.tsx';
import { cost } from '../model/money.ts';
import { usePanel } from '../panelContext.ts';
import type { ModelChoice } from '../stores/uiStore.ts';

type Models = Delivered<'providers/chatModels'>;

/** The models to choose from, read anew whenever a person comes back to the panel: a provider may have been added. */
export function useChatModels(): { models: Models | null; problem: string | null } {
  const { backend } = usePanel();
  const [models, setModels] = useState<Models | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const load = () => {
      backend.request('providers/chatModels', {}, abort.signal).then(setModels, (error: unknown) => {
        if (!abort.signal.aborted) setProblem(error instanceof Error ? error.message : String(error));
      });
    };
    load();
    window.addEventListener('focus', load);
    return () => {
      abort.abort();
      window.removeEventListener('focus', load);
    };
  }, [backend]);
  return { models, problem };
}

/** Who answers, who proposes and evolves, and what it may cost. Says where text leaves this machine. */
export function ModelFields({ choice, onChange }: { choice: ModelChoice; onChange: (choice: ModelChoice) => void }) {
  const { backend } = usePanel();
  const { models, problem } = useChatModels();
  const empty = models === null ? 'the default' : `the default: ${models.defaultModel.label}`;
  const chosen = models?.models.find(({ reference }) => reference === (choice.model ?? models.defaultModel.reference));
  return (
    <fieldset className="models">
      <legend>Models</legend>
      {problem !== null && <ErrorLine message={problem} />}
      <div className="two">
        <ModelSelect label="Answers" models={models} chosen={choice.model} empty={empty} onChange={(model) => onChange({ ...choice, model })} />
        <ModelSelect label="Proposes and evolves" models={models} chosen={choice.trainerModel} empty={empty} onChange={(trainerModel) => onChange({ ...choice, trainerModel })} />
      </div>
      <p className="muted">
        {models === null ? ' ' : choice.model === null ? models.defaultModel.reason : (chosen?.problem ?? ' ')}
        {models !== null && choice.model === null && models.defaultModel.isBuiltIn ? ' It is small: good for trying the flow, weak at writing agents.' : ''}
        {chosen?.isLocal === false ? ` What you write is sent to it. ${chosen.price === null ? 'Its price is not known.' : `${cost(chosen.price.inputUsd)} in, ${cost(chosen.price.outputUsd)} out per million tokens.`}` : ''}
      </p>
      <div className="button-row">
        <button type="button" className="link" onClick={() => backend.act('providers.add', null)}>
          Add a provider…
        </button>
        <button type="button" className="link" onClick={() => backend.act('providers.setKey', null)}>
          Set a key…
        </button>
        <span className="spacer" />
        <label>
          Cost cap in $ <CapInput cap={choice.costCapUsd} onChange={(costCapUsd) => onChange({ ...choice, costCapUsd })} />
        </label>
      </div>
    </fieldset>
  );
}

/** `empty` names the choice of none; null where there has to be one. What was chosen stays to be seen where it is no longer there. */
export function ModelSelect({ label, models, chosen, empty, onChange }: { label: string; models: Models | null; chosen: string | null; empty: string | null; onChange: (model: string | null) => void }) {
  const isKnown = chosen === null || models?.models.some(({ reference }) => reference === chosen) === true;
  return (
    <label className="field">
      {label}
      <select aria-label={label} value={chosen ?? ''} onChange={({ target }) => onChange(target.value === '' ? null : target.value)}>
        {empty !== null && <option value="">{empty}</option>}
        {!isKnown && <option value={chosen}>{chosen}</option>}
        {models?.models.map(({ reference, label: name, problem }) => (
          <option key={reference} value={reference} disabled={problem !== null}>
            {problem === null ? name : `${name} (${problem})`}
          </option>
        ))}
      </select>
    </label>
  );
}

export function CapInput({ cap, onChange }: { cap: number | null; onChange: (cap: number | null) => void }) {
  const [text, setText] = useState(cap === null ? '' : String(cap));
  const change = (typed: string) => {
    setText(typed);
    const value = Number(typed);
    onChange(typed.trim() === '' || !Number.isFinite(value) || value < 0 ? null : value);
  };
  return <input type="number" min={0} step={0.1} className="cap" placeholder="none" value={text} onChange={({ target }) => change(target.value)} />;
}
