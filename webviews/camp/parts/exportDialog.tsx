import { useState } from 'react';
import { counted } from '../../../src/common/figures.ts';
import type { ExportFormat, ExportKind } from '../../../src/protocol/sessionExport.ts';
import type { Delivered } from '../../shared/backend.ts';
import { Button } from '../../shared/parts/button.tsx';
import { ErrorLine } from '../../shared/parts/errorLine.tsx';
import { Table } from '../../shared/parts/table.tsx';
import { RequestError } from '../../shared/problems.ts';
import { usePanel } from '../panelContext.ts';
import { useDocument } from '../stores/sessionStore.ts';
import { useUIStore } from '../stores/uiStore.ts';
import { Dialog } from './dialog.tsx';

type Exported = Delivered<'sessions/export'>;
type Kind = Exclude<ExportKind, 'python' | 'typescript'>;

const kinds: readonly { kind: Kind; title: string; text: string }[] = [
  { kind: 'dpo', title: 'DPO', text: 'pairs of a better and a worse answer' },
  { kind: 'sft', title: 'SFT', text: 'answers with a high score' },
  { kind: 'kto', title: 'KTO', text: 'answers marked good or bad' },
  { kind: 'reward', title: 'Reward', text: 'answers with their score' },
  { kind: 'json', title: 'JSON', text: 'the whole session' },
];
const pairFormats: readonly ExportFormat[] = ['trl_messages', 'trl', 'openai_preference', 'sharegpt_ranking'];
const rowFormats: readonly ExportFormat[] = ['trl_messages', 'trl'];

/** Scores become training data: what is taken, what is left out and why, a dataset, and a run. */
export function ExportDialog() {
  const { backend } = usePanel();
  const { session } = useDocument();
  const close = useUIStore((state) => state.close);
  const [kind, setKind] = useState<Kind>('dpo');
  const [format, setFormat] = useState<ExportFormat>('trl_messages');
  const [minScore, setMinScore] = useState(8);
  const [margin, setMargin] = useState(2);
  const [masks, setMasks] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [exported, setExported] = useState<Exported | null>(null);
  const [problem, setProblem] = useState<RequestError | null>(null);
  const formats = kind === 'dpo' ? pairFormats : rowFormats;
  const options = { kind, format: formats.includes(format) ? format : 'trl_messages', minScore, margin, secrets: masks ? 'mask' : 'refuse' } as const;
  const perform = async (act: () => Promise<Exported>) => {
    setBusy(true);
    setProblem(null);
    try {
      setExported(await act());
    } catch (error) {
      setProblem(error instanceof RequestError ? error : new RequestError({ code: 'internal', message: String(error) }));
    }
    setBusy(false);
  };
  const long = { signal: new AbortController().signal, onProgress: () => undefined };
  const prepare = async () => {
    const { export: made, dataset } = await backend.requestWithProgress('sessions/toDataset', { session: session.id, options }, long);
    const id = dataset?.dataset?.id;
    if (id !== undefined) backend.act('datasets.open', id);
    return made;
  };
  const train = async () => {
    const { export: made, run } = await backend.requestWithProgress('sessions/toRun', { session: session.id, options }, long);
    const id = run?.runId ?? null;
    if (id !== null) backend.act('runs.open', id);
    return made;
  };
  const isTrainable = kind === 'dpo' || kind === 'sft';
  return (
    <Dialog
      title="Export as training data"
      onClose={close}
      isWide
      actions={
        <>
          <Button isDisabled={isBusy} onClick={() => void perform(async () => await backend.request('sessions/export', { session: session.id, options }))}>
            Write File
          </Button>
          <Button icon="database" isDisabled={isBusy || kind === 'json'} onClick={() => void perform(prepare)}>
            Prepare Dataset
          </Button>
          <Button look="primary" icon="flame" isDisabled={isBusy || !isTrainable} title={isTrainable ? 'Prepares the dataset and queues a run' : 'Runs learn from SFT rows and DPO pairs'} onClick={() => void perform(train)}>
            Train on It
          </Button>
        </>
      }
    >
      <div className="choices" role="radiogroup" aria-label="What is made">
        {kinds.map((one) => (
          <label key={one.kind} className="choice">
            <input type="radio" name="kind" checked={kind === one.kind} onChange={() => setKind(one.kind)} />
            <span>
              {one.title} <span className="muted">{one.text}</span>
            </span>
          </label>
        ))}
      </div>
      <div className="viewer-tools">
        {kind !== 'json' && (
          <label>
            Format{' '}
            <select value={options.format} onChange={({ target }) => setFormat(formats.find((one) => one === target.value) ?? 'trl_messages')}>
              {formats.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
        )}
        {kind === 'dpo' && <ScoreSelect label="Least difference of two scores" value={margin} most={9} onChange={setMargin} />}
        {(kind === 'sft' || kind === 'kto') && <ScoreSelect label="Least score of a good answer" value={minScore} most={10} onChange={setMinScore} />}
        <label className="check">
          <input type="checkbox" checked={masks} onChange={({ target }) => setMasks(target.checked)} /> mask secrets
        </label>
      </div>
      {problem !== null && <ErrorLine message={problem.message} hint={problem.hint} />}
      {exported !== null && <Outcome exported={exported} />}
    </Dialog>
  );
}

function ScoreSelect({ label, value, most, onChange }: { label: string; value: number; most: number; onChange: (value: number) => void }) {
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={({ target }) => onChange(Number(target.value))}>
        {Array.from({ length: most }, (_, index) => index + 1).map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </label>
  );
}

function Outcome({ exported: { count, message, file, leftOut, secrets } }: { exported: Exported }) {
  return (
    <>
      <p role="status">
        <strong>{counted(count, 'row')}</strong>. {message} {file !== null && <span className="muted">{file}</span>}
      </p>
      {secrets.length > 0 && (
        <p className="warning" role="alert">
          Looks like {secrets.length === 1 ? 'a secret' : 'secrets'}: {secrets.map(({ kind, masked, where }) => `${kind} ${masked} in ${where}`).join('; ')}.
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
