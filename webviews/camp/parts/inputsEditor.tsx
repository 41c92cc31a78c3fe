import { Button } from '../../shared/parts/button.tsx';
import type { InputDraft } from '../stores/uiStore.ts';

/** What the agents are tried on. One at least; what is held out shows whether a change helps on cases that nobody tuned to. */
export function InputsEditor({ inputs, onChange }: { inputs: readonly InputDraft[]; onChange: (inputs: InputDraft[]) => void }) {
  const replace = (at: number, change: Partial<InputDraft>) => onChange(inputs.map((input, index) => (index === at ? { ...input, ...change } : input)));
  return (
    <fieldset className="inputs-editor">
      <legend>Inputs</legend>
      <p className="muted">What every agent answers. One is enough to begin; three or more compare better. A held-out one is scored and never learned from.</p>
      <ol>
        {inputs.map(({ text, split }, index) => (
          <li key={index}>
            <textarea rows={2} aria-label={`Input ${String(index + 1)}`} value={text} maxLength={200_000} placeholder="Something that the agent will really be asked" onChange={({ target }) => replace(index, { text: target.value })} />
            <label className="check">
              <input type="checkbox" checked={split === 'heldOut'} onChange={({ target }) => replace(index, { split: target.checked ? 'heldOut' : 'train' })} /> held out
            </label>
            <Button look="plain" icon="trash" title={`Remove input ${String(index + 1)}`} isDisabled={inputs.length === 1} onClick={() => onChange(inputs.filter((_, at) => at !== index))}>
              <span className="visually-hidden">Remove input {index + 1}</span>
            </Button>
          </li>
        ))}
      </ol>
      <Button icon="add" onClick={() => onChange([...inputs, { text: '', split: 'train' }])}>
        Add an Input
      </Button>
    </fieldset>
  );
}

/** Inputs that hold something. */
export function filled(inputs: readonly InputDraft[]): InputDraft[] {
  return inputs.map(({ text, split }) => ({ text: text.trim(), split })).filter(({ text }) => text !== '');
}
