import type { SessionDocument } from '../../../protocol/camp.ts';
import { usageError } from '../../../protocol/errors.ts';
import { jsonSchema, type Json } from '../../../protocol/json.ts';
import type { ExportKind, ExportOptions, ExportResult, LeftOut } from '../../../protocol/sessionExport.ts';
import { humanTurns } from '../../datasets/formats/transcript.ts';
import { agentCode } from './code/agentCode.ts';
import { SecretScan } from './exportSecrets.ts';
import { pairRow } from './pairRows.ts';
import { findPairs, type Judged } from './pairs.ts';
import { ktoRow, rewardRow, sftRow, type SingleRowOptions } from './singleRows.ts';
import { findSingles, type Sieve } from './singles.ts';

type Row = Record<string, Json>;
interface Rows {
  rows: Row[];
  leftOut: LeftOut[];
}
type RowKind = Exclude<ExportKind, 'json' | 'python' | 'typescript'>;

/**
 * A session as training data, as JSON, or an agent of it as code. Writes nothing: the caller writes `text` where it is
 * not null. Held-out inputs are in no row. Errors: `secrets_found` (needs confirmation), `export_format` where a kind
 * has no such format, `agent_not_found`.
 */
export function exportSession(document: SessionDocument, options: ExportOptions): ExportResult {
  const { kind } = options;
  const base = `${document.session.id}-${kind}`;
  if (kind === 'python' || kind === 'typescript') return { ...agentCode(document, options, kind), leftOut: [], rows: [] };
  const scan = new SecretScan(options.secrets);
  if (kind === 'json') {
    const value = scan.value(jsonSchema.parse(JSON.parse(JSON.stringify(document))), '');
    scan.conclude();
    return { kind, format: null, count: 1, rows: [], leftOut: [], secrets: scan.found, message: 'The whole session, held-out inputs among it.', fileName: `${base}.json`, text: `${JSON.stringify(value, null, 2)}\n` };
  }
  const found = rowsOf(document, options, kind);
  const rows = found.rows.map((row, index) => scan.fields(row, `row ${String(index + 1)}`));
  scan.conclude();
  return {
    kind, format: options.format, count: rows.length, rows, leftOut: found.leftOut, secrets: scan.found, message: describe(rows.length, found.leftOut), fileName: `${base}-${options.format}.jsonl`,
    text: rows.length === 0 ? null : rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  };
}

function rowsOf(document: SessionDocument, options: ExportOptions, kind: RowKind): Rows {
  if (kind === 'dpo') {
    const { pairs, leftOut } = findPairs(document, options);
    return sieveTranscripts(pairs.map((pair) => ({ judged: [pair.chosen, pair.rejected], row: pairRow(document, pair, options) })), leftOut, options.format);
  }
  const { format, system } = options;
  if (format === 'openai_preference' || format === 'sharegpt_ranking') {
    throw usageError('export_format', `${format} is for pairs, and ${kind} makes none.`, { hint: 'Use --format trl or trl_messages, or --kind dpo.' });
  }
  const { singles, leftOut } = findSingles(document, options.includeJudge, sieveOf(kind, options));
  const write = (judged: Judged, how: SingleRowOptions): Row => {
    if (kind === 'sft') return sftRow(document, judged, how);
    return kind === 'kto' ? ktoRow(document, judged, { ...how, isGood: judged.evaluation.score >= options.minScore }) : rewardRow(document, judged, how);
  };
  return sieveTranscripts(singles.map((judged) => ({ judged: [judged], row: write(judged, { format, system }) })), leftOut, format);
}

function sieveOf(kind: 'sft' | 'kto' | 'reward', { minScore, maxBadScore }: ExportOptions): Sieve {
  switch (kind) {
    case 'sft':
      return ({ score }) => (score >= minScore ? null : { reason: 'below_threshold', detail: `${String(score)} is below ${String(minScore)}.` });
    case 'kto':
      return ({ score }) => (score >= minScore || score <= maxBadScore ? null : { reason: 'in_between', detail: `${String(score)} is neither at least ${String(minScore)} nor at most ${String(maxBadScore)}.` });
    case 'reward':
      return () => null;
  }
}

/**
 * A plain text that begins like a transcript of several turns is read as several turns by whoever imports it, ours among
 * them. Formats with messages say what is one turn.
 */
function sieveTranscripts(rows: readonly { judged: Judged[]; row: Row }[], leftOut: LeftOut[], format: ExportOptions['format']): Rows {
  const isTranscript = ({ judged }: { judged: Judged[] }) => format === 'trl' && judged.some(({ answer }) => [answer.input.text, answer.artifact.content].some(humanTurns.isTranscript));
  return {
    rows: rows.filter((one) => !isTranscript(one)).map(({ row }) => row),
    leftOut: [
      ...leftOut,
      ...rows.filter(isTranscript).map(({ judged }): LeftOut => ({
        reason: 'reads_as_transcript', detail: 'As a plain text it would be read as several turns; use --format trl_messages.',
        cycle: judged[0]?.answer.cycle ?? 1, input: judged[0]?.answer.input.number ?? 1, lineages: judged.map(({ answer }) => answer.label), artifacts: judged.map(({ answer }) => answer.artifact.id),
      })),
    ],
  };
}

function describe(count: number, leftOut: readonly LeftOut[]): string {
  const reasons = new Map<string, number>();
  for (const { reason } of leftOut) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const because = [...reasons].map(([reason, times]) => `${reason} ${String(times)}`).join(', ');
  const left = leftOut.length === 0 ? '' : ` ${String(leftOut.length)} left out: ${because}.`;
  return count === 0 ? `Nothing to export.${left === '' ? ' No answer of this session has been scored.' : left}` : `${String(count)} ${count === 1 ? 'row' : 'rows'}.${left}`;
}
