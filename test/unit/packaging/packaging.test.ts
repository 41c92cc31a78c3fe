import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { contributedFiles, packagedManifest } from '../../../src/packaging/manifest.ts';
import { packagedReadme } from '../../../src/packaging/readme.ts';
import { chooseTargets, targets } from '../../../src/packaging/targets.ts';

const root = path.resolve(import.meta.dirname, '../../..');

describe('targets', () => {
  test('without a name it is that of this machine', () => {
    expect(chooseTargets([])).toMatchObject([{ platform: process.platform, arch: process.arch }]);
  });

  test('a name that is none is refused with the names that are', () => {
    expect(() => chooseTargets(['linux-x64', 'alpine-x64'])).toThrow('There is no package for alpine-x64.');
  });

  test.each(targets.map((target) => [target.name, target] as const))('%s is called so by its platform and architecture', (name, { platform, arch, sqlitePrebuild }) => {
    expect([`${platform}-${arch}`, sqlitePrebuild]).toEqual([name, name]);
  });
});

describe('the README', () => {
  const markdown = '# Title\n\n![A run](../media/screenshots/run.png)\n\nText with ![one](https://example.org/a.png) inside.\n';

  test('has no picture that nothing could show', () => {
    expect(packagedReadme(markdown, false)).toBe('# Title\n\nText with ![one](https://example.org/a.png) inside.\n');
  });

  test('names pictures by their place in the repository where there is an address to put before it', () => {
    expect(packagedReadme(markdown, true)).toContain('\n![A run](media/screenshots/run.png)\n');
  });
});

describe('the manifest', () => {
  const manifest = { name: 'x', main: './a.mjs', engines: { vscode: '^1.101.0', node: '>=22' }, scripts: {}, contributes: { icon: 'media/icon.png', schemas: ['./package.json', './package.json'], title: 'end.', absent: 'media/absent.png', fileMatch: 'package.json' } };

  test('keeps what an editor reads', () => {
    expect(JSON.parse(packagedManifest(JSON.stringify(manifest)))).toEqual({ name: 'x', main: './a.mjs', engines: { vscode: '^1.101.0' }, contributes: manifest.contributes });
  });

  test('names the files that come with it', () => {
    expect(contributedFiles(JSON.stringify(manifest), root)).toEqual([path.join('media', 'icon.png'), 'package.json']);
  });
});
