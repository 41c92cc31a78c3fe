import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { issueCodes } from '../../../../src/backend/datasets/formats/issues.ts';
import { fileIssueCodes } from '../../../../src/backend/datasets/import/fileIssues.ts';
import { qualityReasons } from '../../../../src/backend/datasets/formats/quality.ts';
import { datasetFormats, mapTargets } from '../../../../src/protocol/datasets.ts';

const root = path.join(import.meta.dirname, '../../../..');
const page = readFileSync(path.join(root, 'docs/datasets.md'), 'utf8');

describe('docs/datasets.md', () => {
  it.each(Object.entries(issueCodes))('says severity, sentence and fix of %s', (code, { severity, sentence, fix }) => {
    const line = page.split('\n').find((text) => text.startsWith(`| \`${code}\` |`));
    expect(line).toContain(`| ${severity} | ${sentence.replaceAll('|', '\\|')} |`);
    if (fix !== null) expect(line).toContain(fix.replaceAll('|', '\\|'));
  });

  it('has the table of file codes as the code has it, and no other row', () => {
    const section = page.slice(page.indexOf('### Files'), page.indexOf('## Quality'));
    const rows = Object.entries(fileIssueCodes).map(([code, { severity, sentence, fix }]) => `| \`${code}\` | ${severity} | ${sentence} | ${fix ?? '–'} |`);
    expect(section.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows);
  });

  it('names every format, mapping target and quality reason', () => {
    for (const name of [...datasetFormats, ...mapTargets, ...qualityReasons]) expect(page).toContain(`\`${name}\``);
  });

  it('lists no code that nothing reports', () => {
    const folder = path.join(root, 'src/backend/datasets/formats');
    const source = readdirSync(folder).filter((file) => file !== 'issues.ts').map((file) => readFileSync(path.join(folder, file), 'utf8')).join('\n');
    for (const code of Object.keys(issueCodes)) expect(source, code).toContain(`'${code}'`);
    const datasets = path.join(root, 'src/backend/datasets');
    const readers = readdirSync(datasets, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('fileIssues.ts')).map((file) => readFileSync(path.join(datasets, file), 'utf8')).join('\n');
    for (const code of Object.keys(fileIssueCodes)) expect(readers.includes(`'${code}'`), code).toBe(true);
  });
});
