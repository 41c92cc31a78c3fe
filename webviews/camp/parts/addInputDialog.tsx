import { useState } from 'react';
import { Button, ButtonRow } from '../../shared/parts/button.tsx';
import { VisibleText } from '../../shared/parts/visibleText.tsx';
import { usePanel } from '../panelContext.ts';
import { useDocument, useSessionStore } from '../stores/sessionStore.ts';
import { useUIStore, type InputDraft } from '../stores/uiStore.ts';
import { Dialog } from './dialog.tsx';
import { InputsEditor, filled } from './inputsEditor.tsx';

const suggestedAtOnce = 4;

/** Further inputs for a session, written by a person or proposed by the trainer. */
export function AddInputDialog() {
  const { actions } = usePanel();
  const { inputs: there, lineages } = useDocument();
  const close = useUIStore((state) => state.close);
  const work = useSessionStore((state) => state.work);
  const problem = useSessionStore((state) => state.problem);
  const [inputs, setInputs] = useState<InputDraft[]>([{ text: '', split: 'train' }]);
  const wanted = filled(inputs);
  const hasAgents = lineages.length > 0;
  const suggest = () => actions.suggestInputs(suggestedAtOnce, (suggested) => setInputs((written) => [...filled(written), ...suggested]));
  return (
    <Dialog
      title="Add inputs"
      onClose={close}
      isWide
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" isDisabled={wanted.length === 0 || work !== null} onClick={() => {
            actions.addInputs(wanted, hasAgents);
            close();
          }}>
            {hasAgents ? 'Add and Run' : 'Add'}
          </Button>
        </>
      }
    >
      <InputsEditor inputs={inputs} onChange={setInputs} />
      <ButtonRow label="Suggestions">
        <Button icon="lightbulb" isDisabled={work !== null} onClick={suggest}>
          Suggest Inputs
        </Button>
        <span className="muted" role="status">
          {work !== null && `${work.title}… `}
          {problem !== null && <VisibleText text={problem.message} />}
        </span>
      </ButtonRow>
      <p className="muted">
        The session has {String(there.length)} already. {hasAgents && 'The agents that are there answer the new ones at once, in the cycle that they are in.'}
      </p>
    </Dialog>
  );
}
