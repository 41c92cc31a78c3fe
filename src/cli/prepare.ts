import type { z } from 'zod';
import { plainText } from '../common/plainText.ts';
import { prepareOptionsSchema } from '../backend/datasets/prepareOptions.ts';
import { datasetFormats, graderNames, prepareResultSchema } from '../protocol/datasets.ts';
import { exitCodes } from '../protocol/errors.ts';
import { defineCommand } from './command.ts';
import type { Output } from './output.ts';
import { startProgress } from './progress.ts';
import { renderTable, sparkline } from './table.ts';

const shownIssues = 10;
/** A plan may say that no format fits; an import of such files is a usage error. */
const nothingFits = exitCodes.usage;
type Shown = z.input<typeof prepareResultSchema>;

export const prepareCommand = defineCommand({
  name: 'prepare',
  summary: 'Import files into a dataset: validate, score, deduplicate, split',
  details: `Reads JSONL, JSON, CSV, TSV, Parquet and plain text, also gzipped, files and folders.
Writes a new version of a dataset under .training/datasets. With --plan it shows all that and writes nothing. Where no format fits, a plan says format none and ends with 2.`,
  args: [{ name: 'paths', description: 'files or folders', isRequired: true, isVariadic: true }],
  options: [
    { flags: '--plan', description: 'show everything, write nothing' },
    { flags: '--name <name>', description: 'name of the dataset (default: from the file); the same name makes a new version' },
    { flags: '--format <format>', description: 'how rows look, when it cannot be detected', choices: datasetFormats },
    { flags: '--min-quality <score>', description: 'leave out rows below this score, 0–10 (default: 0)' },
    { flags: '--dedupe <mode>', description: 'exact, near or off (default: exact)', choices: ['exact', 'near', 'off'] },
    { flags: '--split <shares>', description: 'shares of the splits (default: train=0.8,validation=0.1,test=0.1)' },
    { flags: '--seed <n>', description: 'another seed, another split (default: 0)' },
    { flags: '--map <target=source...>', description: 'a column, a JSON path, or a literal in quotes for a target such as prompt' },
    { flags: '--grader <name>', description: 'how answers are graded in tests (default: none)', choices: graderNames },
    { flags: '--strict', description: 'fail on any error' },
    { flags: '--max-issues <n>', description: 'how many problems are listed (default: 1000)' },
  ],
  examples: [
    'training prepare chats.jsonl',
    'training prepare faq.csv --map prompt=question completion=answer --name faq',
    'training prepare data/ --plan --json',
  ],
  input: prepareOptionsSchema,
  result: prepareResultSchema,
  run: async ({ services, out, signal }, input) => {
    const progress = startProgress(out, input.plan ? 'Reading' : 'Importing');
    try {
      const result = await services.datasets.prepare(input, {
        base: process.cwd(),
        signal,
        onProgress: ({ rows, share }) => progress.update(out.isLive ? `${rows.toLocaleString('en')} rows` : '', share),
      });
      progress.done(`${result.rows.read.toLocaleString('en')} rows read`);
      return result;
    } catch (error) {
      progress.fail(signal.aborted ? 'cancelled, nothing was kept' : undefined);
      throw error;
    }
  },
  print: printResult,
  exitCode: ({ format }) => (format === 'none' ? nothingFits : 0),
});

function printResult(result: Shown, out: Output): void {
  const { rows, splits, quality, dataset } = result;
  const number = (value: number): string => value.toLocaleString('en');
  out.line(dataset === null ? `${out.color.bold('Plan')} (nothing was written)` : `${out.color.bold(plainText(dataset.name))} version ${String(dataset.version)} (${dataset.id})`);
  out.line(`format ${result.format}`);
  out.line();
  out.line(
    renderTable(out, [{ title: 'rows' }, { title: '', align: 'right' }], [
      ['read', number(rows.read)],
      ['with errors, left out', number(rows.invalid)],
      ['duplicates, left out', number(rows.duplicates)],
      ['near duplicates', result.nearDuplicatesChecked ? number(rows.nearDuplicates) : 'unchecked'],
      ['below --min-quality, left out', number(rows.lowQuality)],
      ['kept', number(rows.kept)],
      ['  train', number(splits.train)],
      ['  validation', number(splits.validation)],
      ['  test', number(splits.test)],
    ]),
  );
  out.line();
  out.line(`tokens   about ${number(result.tokens.estimated)}`);
  if (quality.mean !== null) {
    out.line(`quality  ${sparkline(quality.histogram)}  mean ${quality.mean.toFixed(1)}, 10 % below ${String(quality.p10)}, half below ${String(quality.p50)}`);
  }
  printIssues(result, out);
  if (dataset !== null) {
    out.line();
    out.line(`written to ${plainText(dataset.path)}`);
    out.line(`next: training start --dataset ${dataset.id} --follow`);
  }
}

function printIssues(result: Shown, out: Output): void {
  const counts = Object.entries(result.issueCounts).sort(([, a], [, b]) => b - a);
  if (counts.length === 0) return;
  out.line();
  out.line(`problems ${counts.map(([code, count]) => `${code} ${String(count)}`).join(', ')}`);
  const rank = { error: 0, warning: 1, info: 2 };
  const first = [...result.issues].sort((a, b) => rank[a.severity] - rank[b.severity]).slice(0, shownIssues);
  for (const issue of first) {
    const place = [issue.file, issue.line, issue.column].filter((part) => part !== null).join(':');
    const mark = issue.severity === 'error' ? out.color.red('error') : issue.severity === 'warning' ? out.color.yellow('warning') : out.color.dim('info');
    out.line(`  ${plainText(place)} ${mark} ${plainText(issue.message)} ${out.color.dim(issue.code)}`);
    if (issue.fix !== null) out.line(`    ${out.color.dim(plainText(issue.fix))}`);
  }
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  if (total > first.length) out.line(out.color.dim(`  … ${String(total - first.length)} more: --json lists them`));
}
