import { useId } from 'react';
import { exportDefaults } from '../../../src/protocol/exportDefaults.ts';
import type { SessionDocument } from '../../../src/protocol/camp.ts';
import type { ExportFormat, ExportKind } from '../../../src/protocol/sessionExport.ts';
import { useDocument } from '../stores/sessionStore.ts';
import { TextField } from './fields.tsx';

/** What a person chose in the dialog; `exportOptions` makes the request of it. */
export interface ExportChoice {
  kind: ExportKind;
  format: ExportFormat;
  minScore: number;
  margin: number;
  system: string;
  includeJudge: boolean;
  /** Whose agent becomes code: lineage and version, as `agentsOf` names them. */
  agent: string;
}

const kinds: readonly { kind: ExportKind; title: string; text: string }[] = [
  { kind: 'dpo', title: 'DPO', text: 'pairs of a better and a worse answer' },
  { kind: 'sft', title: 'SFT', text: 'answers with a high score' },
  { kind: 'kto', title: 'KTO', text: 'answers marked good or bad' },
  { kind: 'reward', title: 'Reward', text: 'answers with their score' },
  { kind: 'json', title: 'JSON', text: 'the whole session' },
  { kind: 'python', title: 'Python', text: 'an agent as a program' },
  { kind: 'typescript', title: 'TypeScript', text: 'an agent as a program' },
];
const pairFormats: readonly ExportFormat[] = ['trl_messages', 'trl', 'openai_preference', 'sharegpt_ranking'];
const rowFormats: readonly ExportFormat[] = ['trl_messages', 'trl'];

const { system: neutralSystem, format, minScore, margin, includeJudge } = exportDefaults;

export function firstChoice(document: SessionDocument): ExportChoice {
  return { kind: 'dpo', format, minScore, margin, includeJudge, system: neutralSystem, agent: agentsOf(document)[0]?.key ?? '' };
}

export function exportOptions(document: SessionDocument, choice: ExportChoice) {
  const { agent, ...options } = choice;
  const of = agentsOf(document).find(({ key }) => key === agent);
  return {
    ...options,
    format: formatsOf(choice.kind).includes(choice.format) ? choice.format : format,
    ...(isCode(choice.kind) && of !== undefined ? { lineage: of.label, version: of.version } : {}),
  };
}

export function isCode(kind: ExportKind): boolean {
  return kind === 'python' || kind === 'typescript';
}

/** Every version of every agent, the newest of each lineage first. */
function agentsOf({ lineages }: SessionDocument) {
  return lineages.flatMap(({ label, agents }) => agents.toReversed().map(({ version, definition }) => ({ key: `${label} ${String(version)}`, label, version, name: definition.name, systemPrompt: definition.systemPrompt })));
}

function formatsOf(kind: ExportKind): readonly ExportFormat[] {
  return kind === 'dpo' ? pairFormats : rowFormats;
}

/** What is made, and of what. */
export function ExportFields({ choice, onChange }: { choice: ExportChoice; onChange: (choice: ExportChoice) => void }) {
  const document = useDocument();
  const change = (part: Partial<ExportChoice>) => onChange({ ...choice, ...part });
  const { kind } = choice;
  const hasRows = kind !== 'json' && !isCode(kind);
  return (
    <>
      <div className="choices" role="radiogroup" aria-label="What is made">
        {kinds.map((one) => (
          <label key={one.kind} className="choice">
            <input type="radio" name="kind" checked={kind === one.kind} onChange={() => change({ kind: one.kind })} />
            <span>
              {one.title} <span className="muted">{one.text}</span>
            </span>
          </label>
        ))}
      </div>
      <div className="viewer-tools">
        {hasRows && (
          <label>
            Format{' '}
            <select value={exportOptions(document, choice).format} onChange={({ target }) => change({ format: formatsOf(kind).find((one) => one === target.value) ?? format })}>
              {formatsOf(kind).map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
        )}
        {kind === 'dpo' && <ScoreSelect label="Least difference of two scores" value={choice.margin} most={9} onChange={(value) => change({ margin: value })} />}
        {(kind === 'sft' || kind === 'kto') && <ScoreSelect label="Least score of a good answer" value={choice.minScore} most={10} onChange={(value) => change({ minScore: value })} />}
        {isCode(kind) && (
          <label>
            Agent{' '}
            <select value={choice.agent} onChange={({ target }) => change({ agent: target.value })}>
              {agentsOf(document).map(({ key, label, version, name }) => (
                <option key={key} value={key}>{`${label}, version ${String(version)}: ${name}`}</option>
              ))}
            </select>
          </label>
        )}
        {hasRows && document.session.judgeModel !== null && (
          <label className="check">
            <input type="checkbox" checked={choice.includeJudge} onChange={({ target }) => change({ includeJudge: target.checked })} /> where you gave no score, the judge’s counts
          </label>
        )}
      </div>
      {hasRows && <SystemPrompt system={choice.system} onChange={(system) => change({ system })} />}
    </>
  );
}

/** One prompt for all rows: a neutral one, or that of the agent that will be trained. Never each lineage's own. */
function SystemPrompt({ system, onChange }: { system: string; onChange: (system: string) => void }) {
  const id = useId();
  const agents = agentsOf(useDocument());
  const known = [{ key: 'neutral', title: 'a neutral one', text: neutralSystem }, { key: 'none', title: 'none', text: '' }, ...agents.map(({ key, label, version, systemPrompt }) => ({ key, title: `that of ${label}, version ${String(version)}`, text: systemPrompt }))];
  const chosen = known.find(({ text }) => text === system)?.key ?? 'own';
  return (
    <>
      <label htmlFor={id}>
        System prompt of all rows{' '}
        <select id={id} value={chosen} onChange={({ target }) => onChange(known.find(({ key }) => key === target.value)?.text ?? system)}>
          {known.map(({ key, title }) => (
            <option key={key} value={key}>
              {title}
            </option>
          ))}
          {chosen === 'own' && <option value="own">the text below</option>}
        </select>
      </label>
      <TextField label="Its text" text={system} onChange={onChange} rows={2} longest={200_000} note="The same for every row: choose that of the agent that will get the adapter." />
    </>
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
