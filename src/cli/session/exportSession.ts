import path from 'node:path';
import { z } from 'zod';
import { plainText } from '../../common/plainText.ts';
import { exportFormats, exportFormatSchema, exportKinds, exportKindSchema, exportOptionsSchema } from '../../protocol/sessionExport.ts';
import { exportFileResultSchema, toDatasetResultSchema, toRunResultSchema, type ExportFileResult } from '../../protocol/sessionResults.ts';
import { usageError } from '../../protocol/errors.ts';
import { defineCommand } from '../command.ts';
import type { Output } from '../output.ts';
import { renderTable } from '../table.ts';
import { lineage, session, sessionArgument } from './arguments.ts';
import { withProgress } from './work.ts';

const shownLeftOut = 40;
const options = exportOptionsSchema.shape;
const whole = z.coerce.number().int();

export const sessionExportCommand = defineCommand({
  name: 'session export',
  summary: 'Make training data of the scores, or code of an agent; with --train go on to a queued run',
  details:
    'Writes one file, or none where there is nothing to export: then it says why and exits with 0. What was left out is listed with its reason.\n' +
    'A text that holds a secret needs --secrets mask or keep. Held-out inputs are in no row. docs/export.md describes kinds and formats.',
  args: [sessionArgument],
  options: [
    { flags: '--kind <kind>', description: 'what is made', choices: exportKinds },
    { flags: '--format <format>', description: 'how rows are written (default: trl_messages)', choices: exportFormats },
    { flags: '--margin <n>', description: 'dpo: least difference of scores where no lock decides (default: 2)' },
    { flags: '--min-score <n>', description: 'sft: least score of a row; kto: of a good answer (default: 8)' },
    { flags: '--max-bad-score <n>', description: 'kto: highest score of a bad answer (default: 4)' },
    { flags: '--system <text>', description: 'the one system prompt of all rows; empty for none' },
    { flags: '--include-judge', description: 'where you gave no score, the judge’s counts' },
    { flags: '--secrets <how>', description: 'what becomes of secrets', choices: options.secrets.unwrap().options },
    { flags: '--lineage <label>', description: 'python and typescript: whose agent' },
    { flags: '--agent-version <n>', description: 'python and typescript: which version (default: the newest)' },
    { flags: '--out <file>', description: 'where to (default: .training/exports)' },
    { flags: '--dataset', description: 'prepare a dataset of it' },
    { flags: '--name <name>', description: 'what the dataset is called' },
    { flags: '--train', description: 'prepare a dataset and queue a run on it' },
    { flags: '--model <model>', description: 'with --train: the base model' },
    { flags: '--agent <agent>', description: 'with --train: whom the adapter is for' },
    { flags: '--set <key=value...>', description: 'with --train: one training option, such as epochs=2' },
  ],
  examples: [
    'training session export se_20260101 --kind dpo',
    'training session export se_20260101 --kind sft --min-score 7 --out rows.jsonl',
    'training session export se_20260101 --kind dpo --train',
    'training session export se_20260101 --kind typescript --lineage A --out agent.ts',
  ],
  input: z.object({
    session,
    kind: exportKindSchema,
    format: exportFormatSchema.optional(),
    margin: whole.optional(),
    minScore: whole.optional(),
    maxBadScore: whole.optional(),
    system: z.string().optional(),
    includeJudge: z.boolean().default(false),
    secrets: options.secrets.unwrap().optional(),
    lineage: lineage.optional(),
    agentVersion: whole.optional(),
    out: z.string().min(1).optional(),
    dataset: z.boolean().default(false),
    name: z.string().min(1).optional(),
    train: z.boolean().default(false),
    model: z.string().min(1).optional(),
    agent: z.string().min(1).optional(),
    set: z.array(z.string()).default([]),
  }),
  result: z.union([toRunResultSchema, toDatasetResultSchema, exportFileResultSchema]).describe('The export; with --dataset also the dataset, with --train also the run.'),
  run: async (context, input) => {
    const { services } = context;
    const { session: reference, out, dataset, train, name, model, agent, set, agentVersion, ...given } = input;
    const wanted = exportOptionsSchema.parse({ ...given, version: agentVersion });
    if (!dataset && !train) return services.campTraining.export(reference, wanted, out === undefined ? null : path.resolve(out));
    if (out !== undefined) throw usageError('usage', '--out is for an export alone; a dataset keeps its own copy.', { hint: 'Leave out --out, or --dataset and --train.' });
    const wish = { name: name ?? null, split: null };
    if (!train) return await withProgress(context, 'Preparing the dataset', async (work) => await services.campTraining.toDataset(reference, wanted, wish, work));
    return await withProgress(context, 'Preparing the dataset and queueing a run', async (work) =>
      await services.campTraining.toRun(reference, wanted, { ...wish, model: model ?? null, agent: agent ?? null, set: set.map(toEntry) }, work));
  },
  print: (result, out) => {
    printExport('export' in result ? result.export : result, out);
    if ('export' in result && result.dataset?.dataset !== undefined && result.dataset.dataset !== null) out.line(`dataset ${plainText(result.dataset.dataset.name)}@${String(result.dataset.dataset.version)} (${result.dataset.dataset.id}), ${String(result.dataset.rows.kept)} rows`);
    if ('run' in result && result.run !== null) {
      out.line(`run ${result.run.runId ?? ''} ${result.run.state ?? ''}`);
      out.note(`training status ${result.run.runId ?? ''} --follow`);
    }
  },
});

function printExport({ count, message, file, leftOut, secrets }: ExportFileResult, out: Output): void {
  out.line(plainText(message));
  if (file !== null) out.line(`${String(count)} in ${plainText(file)}`);
  for (const { kind, masked, where } of secrets) out.warn(`${kind} ${plainText(masked)} in ${where}`);
  if (leftOut.length === 0) return;
  const rows = leftOut.slice(0, shownLeftOut).map(({ cycle, input, lineages, reason, detail }) => [String(cycle), String(input), lineages.join(' '), reason, detail]);
  out.line(`\nleft out:\n${renderTable(out, [{ title: 'cycle', align: 'right' }, { title: 'input', align: 'right' }, { title: 'lineages' }, { title: 'reason' }, { title: '', maxWidth: 80 }], rows)}`);
  if (leftOut.length > shownLeftOut) out.line(`and ${String(leftOut.length - shownLeftOut)} more; --json lists all`);
}

function toEntry(text: string): { key: string; value: string } {
  const at = text.indexOf('=');
  if (at <= 0) throw usageError('usage', `--set ${text}: expected key=value, such as epochs=2.`);
  return { key: text.slice(0, at).trim(), value: text.slice(at + 1) };
}
