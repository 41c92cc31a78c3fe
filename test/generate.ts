// `npm run generate`: writes the JSON Schemas under src/protocol/schema, docs/cli.md, docs/issues.md, the table in docs/configuration.md and what
// package.json contributes anew.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generatedFiles, withContributions, withOptionsTable } from './support/generated.ts';

const root = path.resolve(import.meta.dirname, '..');
const files = generatedFiles();
for (const [file, content] of files) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), content);
}
// A schema whose command is gone must go as well.
for (const folder of ['src/protocol/schema', 'src/protocol/schema/commands']) {
  for (const name of readdirSync(path.join(root, folder))) {
    if (name.endsWith('.json') && !files.has(`${folder}/${name}`)) rmSync(path.join(root, folder, name));
  }
}
const document = path.join(root, 'docs/configuration.md');
writeFileSync(document, withOptionsTable(readFileSync(document, 'utf8')));
const manifest = path.join(root, 'package.json');
writeFileSync(manifest, withContributions(readFileSync(manifest, 'utf8')));
console.log(`${files.size} files and the table in docs/configuration.md are up to date`);
