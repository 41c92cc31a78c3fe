import { z } from 'zod';
import { plainText } from '../common/plainText.ts';
import { adapterTestResultSchema, type AdapterTestResult, type VariantResult } from '../protocol/adapters.ts';
import { graderNames, graderNameSchema, splitNames, splitSchema } from '../protocol/datasets.ts';
import { defineCommand, type CommandContext } from './command.ts';
import type { Output } from './output.ts';
import { startProgress } from './progress.ts';
import { renderTable } from './table.ts';

const shownSamples = 3;

const phaseTitles: Record<string, string> = {
  checking: 'checking files and hashes',
  loading: 'loading the model',
  'perplexity:base': 'perplexity of the base',
  'perplexity:tuned': 'perplexity of tuned',
  'preferences:base': 'preferences of the base',
  'preferences:tuned': 'preferences of tuned',
  'answers:base': 'answers of the base',
  'answers:fewShot': 'answers of the base with examples',
  'answers:tuned': 'answers of tuned',
  serving: 'answers of the serving engine',
};

export const adapterTestCommand = defineCommand({
  name: 'adapter test',
  summary: 'Prove adapters against their base on rows that training never saw',
  details:
    'Reads adapter, base model and dataset in a fresh process: integrity, effect on the logits, perplexity on validation,\n' +
    'greedy answers of base, base with examples and tuned, graded. Writes a report under .training/adapters/<id>/tests/.',
  args: [{ name: 'adapters', description: 'adapters by id, name, name@version or run, or latest', isRequired: true, isVariadic: true }],
  options: [
    { flags: '--dataset <dataset>', description: 'dataset (default: the one it was trained on)' },
    { flags: '--split <split>', description: 'rows that are asked (default: test)', choices: splitNames },
    { flags: '--samples <n>', description: 'how many rows are asked (default: 50)' },
    { flags: '--grader <grader>', description: 'how answers are graded (default: what the dataset names; preferences as such)', choices: graderNames },
  ],
  examples: ['training adapter test bugs', 'training adapter test bugs@1 bugs@2 --samples 20 --json'],
  input: z.object({
    adapters: z.array(z.string().min(1)).min(1),
    dataset: z.string().min(1).optional(),
    split: splitSchema.default('test'),
    samples: z.coerce.number().int().min(1).max(10_000).optional(),
    grader: graderNameSchema.optional(),
  }),
  result: z
    .union([adapterTestResultSchema, z.object({ tests: z.array(adapterTestResultSchema) })])
    .describe('One adapter: its result. Several: a list.'),
  run: async (context, input) => {
    const tests: AdapterTestResult[] = [];
    for (const adapter of input.adapters) tests.push(await testOne(context, { ...input, adapter }));
    const [only, ...others] = tests;
    return only !== undefined && others.length === 0 ? only : { tests };
  },
  print: (result, out) => {
    for (const test of 'tests' in result ? result.tests : [result]) printTest(test, out);
  },
});

/** Tests one adapter with its progress on the terminal. Also used by the demo. */
export async function testOne(
  { services, out, signal }: Pick<CommandContext, 'services' | 'out' | 'signal'>,
  input: { adapter: string; dataset?: string | undefined; split: z.infer<typeof splitSchema>; samples?: number | undefined; grader?: z.infer<typeof graderNameSchema> | undefined },
): Promise<AdapterTestResult> {
  const progress = startProgress(out, `Testing ${plainText(input.adapter)}`);
  try {
    const result = await services.adapters.test(
      { adapter: input.adapter, dataset: input.dataset ?? null, split: input.split, samples: input.samples ?? null, grader: input.grader ?? null },
      {
        signal,
        onWarning: (text) => out.warn(plainText(text)),
        onProgress: ({ phase, done, total }) => progress.update(phaseTitles[phase] ?? phase, done === null || total === null || total === 0 ? undefined : done / total),
      },
    );
    progress.done(`${String(result.rows)} rows`);
    return result;
  } catch (error) {
    progress.fail();
    throw error;
  }
}

/** The table of variants, the recommendation and three answers side by side. Also shown by the demo. */
export function printTest(result: AdapterTestResult, out: Output): void {
  const { color } = out;
  const measures = [...new Set([...Object.keys(result.base.scores), ...Object.keys(result.tuned.scores)])];
  const row = (name: string, variant: VariantResult) => [
    name,
    figure(variant.score),
    ...measures.map((measure) => figure(variant.scores[measure] ?? null)),
    perplexity(variant),
  ];
  const columns = ['', 'score', ...measures, 'perplexity'].map((title, index) => ({ title, align: index === 0 ? ('left' as const) : ('right' as const) }));
  out.line(color.bold(`${plainText(result.adapter.name)} against its base: ${String(result.rows)} rows of ${plainText(result.dataset.id)}, split ${result.dataset.split}`));
  out.line(renderTable(out, columns, [row('base', result.base), ...(result.fewShot === null ? [] : [row('base with 3 examples', result.fewShot)]), row('tuned', result.tuned)]));
  out.line();
  for (const sample of choose(result)) {
    out.line(color.bold(`row ${String(sample.row)}`) + (sample.change === null ? '' : color.dim(` ${sample.change}`)));
    printAnswer(out, 'prompt', sample.prompt);
    printAnswer(out, 'expected', sample.expected);
    printAnswer(out, 'base', sample.base);
    if (sample.fewShot !== null) printAnswer(out, 'examples', sample.fewShot);
    printAnswer(out, 'tuned', sample.tuned);
    out.line();
  }
  const paint = { deploy: color.green, review: color.yellow, reject: color.red }[result.recommendation.verdict];
  out.line(`${color.bold('recommendation')} ${paint(result.recommendation.verdict)}`);
  for (const reason of result.recommendation.reasons) out.line(`  - ${plainText(reason)}`);
  if (result.report !== null) out.line(`${color.dim('report')} ${plainText(result.report)}`);
}

/** One row of each kind where there are such rows: better, worse, then in order. */
function choose(result: AdapterTestResult): AdapterTestResult['samples'] {
  const firsts = (['better', 'worse'] as const).flatMap((change) => result.samples.find((sample) => sample.change === change) ?? []);
  const others = result.samples.filter((sample) => !firsts.includes(sample));
  return [...firsts, ...others].slice(0, shownSamples).sort((a, b) => a.row - b.row);
}

function printAnswer(out: Output, name: string, text: string): void {
  const limit = 300;
  const shown = plainText(text);
  out.line(`  ${out.color.dim(name.padEnd(9))}${shown.length > limit ? `${shown.slice(0, limit)}…` : shown}`);
}

function figure(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}

function perplexity(variant: VariantResult): string {
  if (variant.perplexity === null) return '–';
  const interval = variant.perplexityInterval?.map((end) => end.toFixed(2)).join('–');
  return variant.perplexity.toFixed(2) + (interval === undefined ? '' : ` (${interval})`);
}
