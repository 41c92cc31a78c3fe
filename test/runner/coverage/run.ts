// `npm run coverage`: unit, contract and host suites, and how much of src/ they ran, in one table.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { CoverageReport } from 'monocart-coverage-reports';
import { z } from 'zod';
import { hostTests } from '../hostTests.ts';
import { conclude, root } from '../suite.ts';
import { vitest } from '../suites.ts';
import { measuredEntries, withoutTypes } from './measured.ts';

const folder = path.join(root, '.build', 'coverage');
const shownFiles = 15;

const counts = path.join(folder, 'counts');
rmSync(folder, { recursive: true, force: true });
mkdirSync(counts, { recursive: true });
// Everything that is started from here inherits it: vitest's workers, command lines, the extension host, the backend.
process.env.NODE_V8_COVERAGE = counts;
const results = [await vitest(['unit', 'contract']), await hostTests()];
delete process.env.NODE_V8_COVERAGE;
await report();
process.exitCode = conclude(results);

async function report(): Promise<void> {
  const coverage = new CoverageReport({
    name: 'Training Camp',
    baseDir: root,
    outputDir: path.join(folder, 'report'),
    reports: ['console-summary', 'v8', 'lcovonly'],
    logging: 'error',
    sourceFilter: (place: string) => place.startsWith('src/'),
    // Sources that nothing loaded count as well.
    all: { dir: ['src'], filter: { '**/*.ts': true, '**/*': false }, transformer: async (entry) => { entry.source = withoutTypes(z.string().parse(entry.source)); } },
  });
  for (const entries of measuredEntries(counts)) {
    if (entries.length > 0) await coverage.add(entries);
  }
  const made = await coverage.generate();
  const files = (made?.files ?? []).map(({ sourcePath, summary }) => ({ file: sourcePath, lines: summary.lines.total, uncovered: summary.lines.uncovered ?? 0 }));
  console.log(`\nFiles with the most lines that were not run, of ${files.length}:`);
  console.table(files.sort((a, b) => b.uncovered - a.uncovered).slice(0, shownFiles));
  console.log(`Line by line: ${path.join(folder, 'report', 'index.html')}`);
}
