import { duration, figure } from '../../common/figures.ts';
import { plainText } from '../../common/plainText.ts';
import type { AdapterTestResult, TestSample, VariantResult } from '../../protocol/adapters.ts';

const mostSamples = 20;

/** A test's result as markdown. Prompts and answers are fenced: nothing in them is read as markup. */
export function testReport(result: AdapterTestResult): string {
  const { adapter, dataset, base, fewShot, tuned, recommendation, rows, grader, seconds, samples } = result;
  return [
    `# ${inline(adapter.name)}: ${recommendation.verdict}`,
    '',
    ...recommendation.reasons.map((reason) => `- ${inline(reason)}`),
    '',
    '| | score | perplexity |',
    '| --- | --- | --- |',
    variantLine('base', base),
    ...(fewShot === null ? [] : [variantLine('base with examples in the prompt', fewShot)]),
    variantLine('with the adapter', tuned),
    '',
    `${String(rows)} rows of the split ${dataset.split}, which no run saw, graded by ${inline(grader)}, in ${duration(seconds)}.`,
    '',
    '## Answers',
    '',
    ...samples.slice(0, mostSamples).flatMap(sampleLines),
    ...(samples.length > mostSamples ? [`${String(samples.length - mostSamples)} more are in the report beside the adapter${result.report === null ? '' : `: ${inline(result.report)}`}.`, ''] : []),
  ].join('\n');
}

function variantLine(name: string, { score, perplexity }: VariantResult): string {
  return `| ${name} | ${score === null ? '–' : `${(score * 100).toFixed(1)} %`} | ${figure(perplexity)} |`;
}

function sampleLines({ row, prompt, expected, base, tuned, change }: TestSample): string[] {
  return [`### Row ${String(row)}${change === null ? '' : `: ${change}`}`, '', ...block('Prompt', prompt), ...block('Expected', expected), ...block('Base', base), ...block('With the adapter', tuned)];
}

function block(title: string, text: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return [`${title}:`, '', `${fence}text`, plainText(text, { keepNewlines: true }), fence, ''];
}

/** A text within a line: its marks are escaped. */
export function inline(text: string): string {
  return plainText(text).replaceAll(/[\\`*_{}[\]()#+\-.!|<>&~$:@]/g, (mark) => `\\${mark}`);
}
