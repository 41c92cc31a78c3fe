import path from 'node:path';
import type { AdapterTestResult, VariantResult } from '../../../protocol/adapters.ts';
import { writeFileAtomically } from '../../platform/files.ts';

/** Writes a test's report beside the adapter, for people and for programs, and answers the path of the former. */
export function writeReport(result: AdapterTestResult, stamp: string): string {
  const stem = path.join(result.adapter.path, 'tests', stamp);
  const file = `${stem}.md`;
  writeFileAtomically(`${stem}.json`, `${JSON.stringify({ ...result, report: file }, null, 2)}\n`);
  writeFileAtomically(file, reportText(result));
  return file;
}

/** The report as Markdown. Prompts and answers are untrusted: they stand in fences that they cannot end. */
export function reportText(result: AdapterTestResult): string {
  const { dataset, recommendation } = result;
  return [
    `# Test of adapter ${result.adapter.id}`,
    '',
    `Dataset ${dataset.id}, version ${String(dataset.version)}, split ${dataset.split}: ${String(result.rows)} rows, grader ${result.grader}.`,
    '',
    `**Recommendation: ${recommendation.verdict}**`,
    '',
    ...recommendation.reasons.map((reason) => `- ${reason}`),
    '',
    ...table(result),
    '',
    `Largest change of a logit: ${result.active.maxLogitDifference.toFixed(3)}.`,
    `Thresholds: ${Object.entries(recommendation.thresholds).map(([name, value]) => `${name} ${String(value)}`).join(', ')}.`,
    '',
    ...engineLines(result.engines),
    ...result.samples.flatMap((sample) => [
      `## Row ${String(sample.row)}${sample.change === null ? '' : ` (${sample.change})`}`,
      '',
      ...quoted('Prompt', sample.prompt),
      ...quoted('Expected', sample.expected),
      ...quoted('Base', sample.base),
      ...(sample.fewShot === null ? [] : quoted('Base with examples', sample.fewShot)),
      ...quoted('Tuned', sample.tuned),
    ]),
  ].join('\n');
}

function engineLines(engines: AdapterTestResult['engines']): string[] {
  if (engines === null || engines.disagreements.length === 0) return [];
  return [
    '## Where the serving engine answered otherwise',
    '',
    ...engines.disagreements.flatMap(({ row, measured, served }) => [`### Row ${String(row)}`, '', ...quoted('Measured', measured), ...quoted('Served', served)]),
  ];
}

function table(result: AdapterTestResult): string[] {
  const measures = [...new Set([...Object.keys(result.base.scores), ...Object.keys(result.tuned.scores)])];
  const row = (name: string, variant: VariantResult) =>
    `| ${[name, figure(variant.score), ...measures.map((measure) => figure(variant.scores[measure] ?? null)), perplexityText(variant)].join(' | ')} |`;
  return [
    `| ${['', 'score', ...measures, 'perplexity'].join(' | ')} |`,
    `| ${['---', '---', ...measures.map(() => '---'), '---'].join(' | ')} |`,
    row('base', result.base),
    ...(result.fewShot === null ? [] : [row('base with examples', result.fewShot)]),
    row('tuned', result.tuned),
  ];
}

/** A perplexity with its 95 % interval. */
function perplexityText(variant: VariantResult): string {
  if (variant.perplexity === null) return '–';
  const interval = variant.perplexityInterval?.map((end) => end.toFixed(2)).join('–');
  return variant.perplexity.toFixed(2) + (interval === undefined ? '' : ` (${interval})`);
}

function figure(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}

function quoted(title: string, text: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = '`'.repeat(longest + 1);
  return [`${title}:`, '', fence, text, fence, ''];
}
