import { z } from 'zod';
import { plainText } from '../common/plainText.ts';
import { datasetShowResultSchema } from '../protocol/datasetResults.ts';
import { defineCommand } from './command.ts';
import type { Output } from './output.ts';

/** `1-20`, `7`, or `100-`. */
const rowRangeSchema = z
  .string()
  .regex(/^\d{1,12}(-(\d{1,12})?)?$/, 'expected rows such as 1-20')
  .transform((text) => {
    const [first, last] = text.split('-');
    return { first: Number(first), last: last === undefined ? Number(first) : last === '' ? Number.MAX_SAFE_INTEGER : Number(last) };
  })
  .refine(({ first, last }) => first >= 1 && last >= first, 'rows count from 1, and the first comes first');

export const datasetShowCommand = defineCommand({
  name: 'dataset show',
  summary: 'Show rows of a dataset',
  details: 'Reads a version of a dataset, writes nothing. Rows count from 1 among those that meet --where.',
  args: [{ name: 'dataset', description: 'id or name', isRequired: true }],
  options: [
    { flags: '--rows <range>', description: 'which rows (default: 1-20)' },
    { flags: '--where <conditions>', description: 'such as split=test,quality<5,text~refund' },
    { flags: '--version <n>', description: 'an earlier version' },
  ],
  examples: ['training dataset show faq', 'training dataset show faq --where split=test --rows 1-5 --json'],
  input: z.object({
    dataset: z.string(),
    rows: rowRangeSchema.prefault('1-20'),
    where: z.string().default(''),
    version: z.coerce.number().int().positive().optional(),
  }),
  result: datasetShowResultSchema,
  run: async ({ services, signal }, input) => {
    const version = services.datasets.find(input.dataset, input.version);
    return await services.datasets.show(version, { where: input.where, ...input.rows, signal });
  },
  print: (result, out) => {
    const { dataset, versions, rows, total } = result;
    out.line(`${out.color.bold(plainText(dataset.name))} version ${String(dataset.version)} of ${versions.map((one) => one.version).join(', ')} (${dataset.id})`);
    out.line(`${String(dataset.rows)} rows, ${dataset.format}, ${String(dataset.splits.train)} train, ${String(dataset.splits.validation)} validation, ${String(dataset.splits.test)} test`);
    for (const row of rows) {
      out.line();
      const reasons = row.reasons.length === 0 ? '' : ` (${row.reasons.join(', ')})`;
      out.line(out.color.dim(`row ${String(row.row)}  ${row.split}  quality ${row.quality.toFixed(1)}${reasons}  ${plainText(row.file)}:${String(row.line)}`));
      printRow(row.value, out);
    }
    if (total > rows.length) out.line(out.color.dim(`\n${String(rows.length)} of ${String(total)} rows`));
  },
});

type Row = z.input<typeof datasetShowResultSchema>['rows'][number]['value'];
type Turn = Extract<Row, { kind: 'chat' }>['messages'][number];

function printRow(row: Row, out: Output): void {
  switch (row.kind) {
    case 'text':
      out.line(`  ${plainText(row.text, { keepNewlines: true })}`);
      break;
    case 'chat':
      printTurns(row.messages, out);
      break;
    case 'preference':
      printTurns(row.messages, out);
      out.line(out.color.green('  chosen'));
      printTurns(row.chosen, out);
      out.line(out.color.red('  rejected'));
      printTurns(row.rejected, out);
      break;
    case 'kto':
      printTurns(row.messages, out);
      out.line(`  ${row.label ? out.color.green('good') : out.color.red('bad')}`);
      printTurns(row.completion, out);
      break;
  }
}

function printTurns(messages: readonly Turn[], out: Output): void {
  for (const message of messages) {
    const text = typeof message.content === 'string' ? message.content : message.content === null ? '' : JSON.stringify(message.content);
    const calls = message.tool_calls === undefined ? '' : ` ${JSON.stringify(message.tool_calls.map((call) => call.function))}`;
    out.line(`  ${out.color.cyan(message.role)} ${plainText(`${text}${calls}`, { keepNewlines: true })}`);
  }
}

