import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { generatedFiles, withContributions, withOptionsTable } from '../support/generated.ts';

const root = path.resolve(import.meta.dirname, '../..');
const advice = 'run: npm run generate';

test('schemas and the command reference are those of the source', () => {
  for (const [file, content] of generatedFiles()) {
    const stored = path.join(root, file);
    expect(existsSync(stored) ? readFileSync(stored, 'utf8') : '', `${file}: ${advice}`).toBe(content);
  }
});

test('no JSON Schema is left behind', () => {
  const files = generatedFiles();
  const stored = ['src/protocol/schema', 'src/protocol/schema/commands'].flatMap((folder) =>
    readdirSync(path.join(root, folder)).filter((name) => name.endsWith('.json')).map((name) => `${folder}/${name}`),
  );
  expect(stored.filter((file) => !files.has(file)), advice).toEqual([]);
});

test('docs/configuration.md lists the options as the schema has them', () => {
  const document = readFileSync(path.join(root, 'docs/configuration.md'), 'utf8');
  expect(document, advice).toBe(withOptionsTable(document));
});

test('package.json contributes what the tables of the extension say', () => {
  const manifest = readFileSync(path.join(root, 'package.json'), 'utf8');
  expect(manifest, advice).toBe(withContributions(manifest));
});
