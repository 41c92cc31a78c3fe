// The host suites as CommonJS files, one for each, in .build/vscode-tests: an extension host loads its tests by require.
import { build } from 'esbuild';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from '../suite.ts';

/** Bundles every file of test/vscode that holds tests. Answers the path of the entry, which exports `run()`. */
export async function bundleHostTests(): Promise<string> {
  const source = path.join(root, 'test', 'vscode');
  const outdir = path.join(root, '.build', 'vscode-tests');
  const suites = readdirSync(source).filter((name) => name.endsWith('.test.ts'));
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: ['index.ts', ...suites].map((name) => path.join(source, name)),
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    sourcemap: true,
    // Packages stay outside: mocha must be one for all files, and natives can't be bundled.
    packages: 'external',
    external: ['vscode'],
    logLevel: 'warning',
  });
  return path.join(outdir, 'index.cjs');
}
