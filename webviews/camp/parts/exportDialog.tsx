import { useState } from 'react';
import type { ExportOptions } from '../../../src/protocol/sessionExport.ts';
import type { Delivered } from '../../shared/backend.ts';
import { Button, ButtonRow } from '../../shared/parts/button.tsx';
import { ErrorLine } from '../../shared/parts/errorLine.tsx';
import { Table } from '../../shared/parts/table.tsx';
import { VisibleText } from '../../shared/parts/visibleText.tsx';
import { asRequestError, type RequestError } from '../../shared/problems.ts';
import { usePanel } from '../panelContext.ts';
import { useDocument } from '../stores/sessionStore.ts';
import { useUIStore } from '../stores/uiStore.ts';
import { Dialog } from './dialog.tsx';
import { ExportFields, exportOptions, firstChoice, isCode } from './exportOptions.tsx';

type Exported = Delivered<'sessions/export'>;
type Secrets = ExportOptions['secrets'];
type Target = 'file' | 'dataset' | 'run';

/** Scores become training data: what is taken, what is left out and why, a dataset, and a run. Agents become programs. */
export function ExportDialog() {
  const { backend } = usePanel();
  const document = useDocument();
  const { id: session } = document.session;
  const close = useUIStore((state) => state.close);
  const [choice, setChoice] = useState(() => firstChoice(document));
  const [isBusy, setBusy] = useState(false);
  const [exported, setExported] = useState<Exported | null>(null);
  const [problem, setProblem] = useState<{ error: RequestError; target: Target } | null>(null);
  const to = async (target: Target, secrets: Secrets): Promise<Exported> => {
    const options = { ...exportOptions(document, choice), secrets };
    if (target === 'file') return await backend.request('sessions/export', { session, options });
    const long = { signal: new AbortController().signal, onProgress: () => undefined };
    if (target === 'dataset') {
      const { export: made, dataset } = await backend.requestWithProgress('sessions/toDataset', { session, options }, long);
      const id = dataset?.dataset?.id;
      if (id !== undefined) backend.act('datasets.open', id);
      return made;
    }
    const { export: made, run } = await backend.requestWithProgress('sessions/toRun', { session, options }, long);
    const id = run?.runId ?? null;
    if (id !== null) backend.act('runs.open', id);
    return made;
  };
  const perform = (target: Target, secrets: Secrets = 'refuse') => {
    setBusy(true);
    setProblem(null);
    setExported(null);
    to(target, secrets)
      .then(setExported, (error: unknown) => setProblem({ error: asRequestError(error), target }))
      .finally(() => setBusy(false));
  };
  const { kind } = choice;
  const isTrainable = kind === 'dpo' || kind === 'sft';
  return (
    <Dialog
      title="Export as training data"
      onClose={close}
      isWide
      actions={
        <>
          <Button isDisabled={isBusy} onClick={() => perform('file')}>
            Write File
          </Button>
          <Button icon="database" isDisabled={isBusy || kind === 'json' || isCode(kind)} onClick={() => perform('dataset')}>
            Prepare Dataset
          </Button>
          <Button look="primary" icon="flame" isDisabled={isBusy || !isTrainable} title={isTrainable ? 'Prepares the dataset and queues a run' : 'Runs learn from SFT rows and DPO pairs'} onClick={() => perform('run')}>
            Train on It
          </Button>
        </>
      }
    >
      <ExportFields choice={choice} onChange={setChoice} />
      {problem !== null && (problem.error.code === 'secrets_found' ? <SecretsFound message={problem.error.message} onDecide={(secrets) => perform(problem.target, secrets)} /> : <ErrorLine message={problem.error.message} hint={problem.error.hint} />)}
      {exported !== null && <Outcome exported={exported} />}
    </Dialog>
  );
}

/** Nothing was written. What was found is named, and only a person's word writes it as it is. */
function SecretsFound({ message, onDecide }: { message: string; onDecide: (secrets: Secrets) => void }) {
  return (
    <div className="warning" role="alert">
      <p>
        <VisibleText text={message} /> Nothing was written yet.
      </p>
      <ButtonRow label="Secrets">
        <Button look="primary" onClick={() => onDecide('mask')}>
          Mask Them
        </Button>
        <Button title="Whoever gets the file, or the model that learns from it, may give them away" onClick={() => onDecide('keep')}>
          Write Them as They Are
        </Button>
      </ButtonRow>
    </div>
  );
}

function Outcome({ exported: { message, file, leftOut, secrets } }: { exported: Exported }) {
  return (
    <>
      <p role="status">
        <VisibleText text={message} /> {file !== null && <span className="muted">{file}</span>}
      </p>
      {secrets.length > 0 && (
        <p className="warning" role="alert">
          Looks like {secrets.length === 1 ? 'a secret' : 'secrets'}: {secrets.map(({ kind: what, masked, where }) => `${what} ${masked} in ${where}`).join('; ')}.
        </p>
      )}
      {leftOut.length > 0 && (
        <>
          <h3>Left out</h3>
          <Table
            label="Left out"
            rows={leftOut.map((one, index) => ({ ...one, index }))}
            keyOf={({ index }) => String(index)}
            columns={[
              { title: 'Cycle', isNumber: true, cell: ({ cycle }) => cycle },
              { title: 'Input', isNumber: true, cell: ({ input }) => input },
              { title: 'Lineages', cell: ({ lineages }) => lineages.join(', ') },
              { title: 'Reason', cell: ({ reason }) => reason.replaceAll('_', ' ') },
              { title: 'Why', cell: ({ detail }) => detail },
            ]}
          />
        </>
      )}
    </>
  );
}
