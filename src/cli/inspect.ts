import { z } from 'zod';
import { plainText } from '../common/plainText.ts';
import { inspectResultSchema, type LensRow, type LensToken } from '../protocol/inspect.ts';
import { defineCommand } from './command.ts';
import type { Output } from './output.ts';

const mostRows = 1000;

const rowsSchema = z
  .string()
  .regex(/^\d{1,12}(-\d{1,12})?$/, 'expected rows such as 1-5')
  .transform((text) => {
    const [first, last] = text.split('-').map(Number);
    return { first: first ?? 1, last: last ?? first ?? 1 };
  })
  .refine(({ first, last }) => first >= 1 && last >= first, 'rows count from 1, and the first comes first')
  .refine(({ first, last }) => last - first < mostRows, `at most ${String(mostRows)} rows at once`);

export const inspectCommand = defineCommand({
  name: 'inspect',
  summary: 'Show rows as tokens: which are trained, the stop token, what is cut',
  details:
    'Reads the dataset and the model’s tokenizer and template, writes nothing. The trainer itself is asked, so that it\n' +
    'shows what a run trains. Trained tokens are green, stop tokens are inverted.',
  args: [{ name: 'dataset', description: 'id or name', isRequired: true }],
  options: [
    { flags: '--rows <range>', description: 'which rows (default: 1-5)' },
    { flags: '-m, --model <model>', description: 'base model: the built-in one, a folder, or owner/name in the hub’s cache' },
    { flags: '--max-length <tokens>', description: 'longest document, as in a run' },
    { flags: '--version <n>', description: 'an earlier version' },
  ],
  examples: ['training inspect faq', 'training inspect faq --rows 3 --json'],
  input: z.object({
    dataset: z.string(),
    rows: rowsSchema.prefault('1-5'),
    model: z.string().min(1).optional(),
    maxLength: z.coerce.number().int().min(16).max(1_048_576).optional(),
    version: z.coerce.number().int().positive().optional(),
  }),
  result: inspectResultSchema,
  run: async ({ services, signal }, input) =>
    await services.inspect(
      { version: services.datasets.find(input.dataset, input.version), ...input.rows, model: input.model ?? null, maxLength: input.maxLength ?? null },
      signal,
    ),
  print: (result, out) => {
    const { dataset, model, rows, total } = result;
    out.line(`${out.color.bold(plainText(dataset.name))} version ${String(dataset.version)}, as ${plainText(model)} sees it`);
    for (const row of rows) printRow(row, out);
    if (rows.length === 0) out.line(`No such rows: the dataset has ${String(total)}.`);
  },
});

function printRow(row: LensRow, out: Output): void {
  const facts = [`${String(row.tokens.length)} tokens`, `${String(row.trainedTokens)} trained`, row.stopTrained ? 'stop token trained' : 'stop token not trained'];
  if (row.truncated) facts.push('too long');
  if (row.dropReason !== null) facts.push(`left out: ${plainText(row.dropReason)}`);
  out.line();
  out.line(out.color.dim(`row ${String(row.row)}  ${facts.join(', ')}`));
  out.line(row.tokens.map((token) => paint(token, out)).join(''));
  for (const problem of row.problems) out.line(`${out.color.yellow(plainText(problem.code))} ${plainText(problem.message)}`);
}

/** Without colours brackets say what is trained, so that a pipe and a person who sees no green can read it. */
function paint(token: LensToken, out: Output): string {
  const text = plainText(token.text, { keepNewlines: true });
  if (token.stop) return out.color.inverse(out.color.green(out.color.isColorSupported ? text : `[${text}]`));
  if (!token.trained) return out.color.dim(text);
  return out.color.isColorSupported ? out.color.green(text) : text === '' ? '' : `[${text}]`;
}
