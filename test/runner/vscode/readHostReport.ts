import { existsSync, readFileSync } from 'node:fs';
import { hostLineSchema, type HostLine } from '../../vscode/hostReport.ts';
import type { Counts } from '../suite.ts';
import { withSourcePlaces } from './sourcePlaces.ts';

/** Shows what a host wrote at TEST_RESULTS, and counts it. A host that did not come to its end has failed. */
export function readHostReport(file: string): Counts {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => hostLineSchema.parse(JSON.parse(line))) : [];
  for (const line of lines) show(line);
  const count = (kind: HostLine['kind']) => lines.filter((line) => line.kind === kind).length;
  const counts = { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), failures: lines.flatMap((line) => (line.kind === 'failed' ? [{ file: '', test: line.title, error: line.error }] : [])) };
  if (count('ended') > 0) return counts;
  const last = lines.findLast((line) => line.kind === 'started');
  const error = last === undefined ? 'The host ran no test: it crashed, or the suites did not load.' : `The host did not come to its end; it had begun “${last.title}”.`;
  console.error(error);
  return { ...counts, failed: counts.failed + 1, failures: [...counts.failures, { file: '', test: 'the host', error }] };
}

function show(line: HostLine): void {
  if (line.kind === 'passed') console.log(`✓ ${line.title} (${line.ms} ms)`);
  if (line.kind === 'skipped') console.log(`- ${line.title}`);
  if (line.kind === 'failed') console.error(`✗ ${line.title}\n${withSourcePlaces(line.error)}`);
}
