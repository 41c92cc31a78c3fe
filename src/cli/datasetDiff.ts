import { z } from 'zod';
import { plainText } from '../common/plainText.ts';
import { datasetDiffSchema } from '../protocol/datasetResults.ts';
import { defineCommand } from './command.ts';

/** `faq` or `faq@2`. */
const versionReferenceSchema = z.string().transform((text) => {
  const match = /^(.+)@(\d{1,9})$/.exec(text);
  return match?.[1] === undefined ? { reference: text } : { reference: match[1], version: Number(match[2]) };
});

export const datasetDiffCommand = defineCommand({
  name: 'dataset diff',
  summary: 'Compare two versions, or two datasets, row by row and turn by turn',
  details: 'Reads both, writes nothing. Rows are matched by id, else by prompt. NAME@2 names a version.',
  args: [
    { name: 'before', description: 'id or name, with @N for a version', isRequired: true },
    { name: 'after', description: 'id or name, with @N for a version', isRequired: true },
  ],
  options: [{ flags: '--limit <n>', description: 'how many rows of each kind are listed (default: 100)' }],
  examples: ['training dataset diff faq@1 faq@2', 'training dataset diff faq@1 faq --json'],
  input: z.object({ before: versionReferenceSchema, after: versionReferenceSchema, limit: z.coerce.number().int().min(0).default(100) }),
  result: datasetDiffSchema,
  run: ({ services }, input) => {
    const before = services.datasets.find(input.before.reference, input.before.version);
    const after = services.datasets.find(input.after.reference, input.after.version);
    return Promise.resolve({ diff: services.datasets.diff(before, after, input.limit) });
  },
  print: ({ diff }, out) => {
    const { counts } = diff;
    const name = (side: typeof diff.before): string => `${plainText(side.name)}@${String(side.version)}`;
    out.line(`${name(diff.before)} → ${name(diff.after)}: ${String(counts.added)} added, ${String(counts.removed)} removed, ${String(counts.changed)} changed, ${String(counts.same)} the same`);
    if (counts.splitMoved > 0) out.line(`${String(counts.splitMoved)} rows moved to another split`);
    for (const row of diff.removed) out.line(out.color.red(`- ${plainText(row.text)}`));
    for (const row of diff.added) out.line(out.color.green(`+ ${plainText(row.text)}`));
    for (const row of diff.changed) {
      out.line(`~ row ${String(row.beforeRow)} → ${String(row.afterRow)}${row.fields.length === 0 ? '' : ` (${row.fields.join(', ')})`}`);
      for (const turn of row.turns) {
        if (turn.before !== null) out.line(out.color.red(`  - ${turn.before.role}: ${plainText(turn.before.text)}`));
        if (turn.after !== null) out.line(out.color.green(`  + ${turn.after.role}: ${plainText(turn.after.text)}`));
      }
    }
  },
});
