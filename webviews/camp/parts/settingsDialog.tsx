import { useEffect, useState } from 'react';
import type { Delivered } from '../../shared/backend.ts';
import { Button, ButtonRow } from '../../shared/parts/button.tsx';
import { ErrorLine } from '../../shared/parts/errorLine.tsx';
import { usePanel } from '../panelContext.ts';
import { useDocument, useSessionStore } from '../stores/sessionStore.ts';
import { useUIStore } from '../stores/uiStore.ts';
import { Dialog } from './dialog.tsx';
import { CapInput, ModelSelect, useChatModels } from './modelFields.tsx';

type Judges = Delivered<'sessions/report'>['judges'];

/** What a session is called, who answers, evolves and judges from now on, and what it may cost. */
export function SettingsDialog() {
  const { actions, backend } = usePanel();
  const { session, evaluations } = useDocument();
  const close = useUIStore((state) => state.close);
  const isWorking = useSessionStore((state) => state.work !== null);
  const { models, problem } = useChatModels();
  const [name, setName] = useState(session.name);
  const [model, setModel] = useState(session.model);
  const [trainerModel, setTrainerModel] = useState(session.trainerModel);
  const [judgeModel, setJudgeModel] = useState(session.judgeModel);
  const [costCapUsd, setCostCapUsd] = useState(session.costCapUsd);
  const [judges, setJudges] = useState<Judges>([]);
  useEffect(() => {
    const abort = new AbortController();
    backend.request('sessions/report', { session: session.id }, abort.signal).then(({ judges: known }) => setJudges(known), () => undefined);
    return () => abort.abort();
  }, [backend, session.id, evaluations]);
  const save = () => {
    actions.configure({ name: name.trim(), model, trainerModel, judgeModel, costCapUsd });
    close();
  };
  return (
    <Dialog
      title="Settings of the session"
      onClose={close}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" isDisabled={isWorking || name.trim() === ''} title={isWorking ? 'Work on the session is under way' : 'Counts from the next call on'} onClick={save}>
            Save
          </Button>
        </>
      }
    >
      {problem !== null && <ErrorLine message={problem} />}
      <label className="field">
        Name
        <input type="text" value={name} maxLength={200} onChange={({ target }) => setName(target.value)} />
      </label>
      <div className="two">
        <ModelSelect label="Answers" models={models} chosen={model} empty={null} onChange={(chosen) => setModel(chosen ?? model)} />
        <ModelSelect label="Proposes and evolves" models={models} chosen={trainerModel} empty={null} onChange={(chosen) => setTrainerModel(chosen ?? trainerModel)} />
        <ModelSelect label="Judges" models={models} chosen={judgeModel} empty="nobody" onChange={setJudgeModel} />
        <label className="field">
          Cost cap in $
          <CapInput cap={costCapUsd} onChange={setCostCapUsd} />
        </label>
      </div>
      <p className="muted">They count from the next call on. What is there stays as it is.</p>
      <h3>Judge</h3>
      <p className="muted">A judge scores before you do, calibrated to your own scores. Its scores are shown beside yours and are in no export unless you ask for them.</p>
      <ButtonRow label="Judge">
        <Button icon="law" isDisabled={session.judgeModel === null || isWorking} title={session.judgeModel === null ? 'Choose who judges, and save' : 'Scores every answer that stands'} onClick={() => {
          actions.judge();
          close();
        }}>
          Judge What Stands
        </Button>
      </ButtonRow>
      {judges.map(({ judgeModel: who, raw, calibrated }) => (
        <p key={who} role="note">
          {who} and you, over {String(raw.n)} {raw.n === 1 ? 'answer' : 'answers'}: {agreementText(raw)}
          {calibrated === null ? '' : `; calibrated: ${agreementText(calibrated)}`}.
        </p>
      ))}
    </Dialog>
  );
}

function agreementText({ spearman, meanAbsoluteError }: Judges[number]['raw']): string {
  return `rank correlation ${spearman === null ? 'not known' : spearman.toFixed(2)}, mean error ${meanAbsoluteError === null ? 'not known' : meanAbsoluteError.toFixed(1)}`;
}
