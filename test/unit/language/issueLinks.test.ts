import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { issueCodes } from '../../../src/backend/datasets/formats/issues.ts';
import { fileIssueCodes } from '../../../src/backend/datasets/import/fileIssues.ts';
import { issueLinks } from '../../../src/backend/language/issueLinks.ts';
import { editorIssueCodes } from '../../../src/backend/language/jsonl/editorIssues.ts';
import { yamlIssueCodes } from '../../../src/backend/language/yaml/yamlIssues.ts';

const page = path.resolve(import.meta.dirname, '..', '..', '..', 'docs', 'issues.md');
const linkOf = issueLinks(page);

test.each(Object.keys({ ...issueCodes, ...fileIssueCodes, ...editorIssueCodes, ...yamlIssueCodes }))('%s leads to its section', (code) => {
  const link = new URL(linkOf(code));
  const line = Number(/^#L(\d+)$/.exec(link.hash)?.[1]);
  link.hash = '';
  expect(readFileSync(fileURLToPath(link), 'utf8').split('\n')[line - 1]).toBe(`### ${code}`);
});
