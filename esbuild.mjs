// Builds every bundle into dist/. `node esbuild.mjs --watch` rebuilds on change.
import { cp, rm } from 'node:fs/promises';
import { build, context } from 'esbuild';

const isWatching = process.argv.includes('--watch');
const native = ['better-sqlite3', 'node-llama-cpp'];
// The ES module of a package where it has one: UMD files resolve their parts at run time, out of esbuild's sight.
const shared = { bundle: true, platform: 'node', mainFields: ['module', 'main'], sourcemap: true, legalComments: 'none', logLevel: 'warning' };
// ESM bundles carry CommonJS packages, which call require.
const banner = { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" };

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  {
    ...shared,
    entryPoints: { cli: 'src/cli/entry.ts', backend: 'src/backend/main.ts', inferenceHost: 'src/backend/inference/host/entry.ts', datasetWriter: 'src/backend/datasets/import/writerThread.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    splitting: true,
    target: 'node22',
    external: native,
    banner,
  },
  // In one file: it is copied away and runs from there (platform/workerBundle.ts).
  {
    ...shared,
    entryPoints: { worker: 'src/backend/worker.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    target: 'node22',
    external: native,
    banner,
  },
  // Split, so that the language client and the contract's schemas are loaded with the backend's start and not before.
  {
    ...shared,
    entryPoints: { extension: 'src/extension/extension.ts' },
    outdir: 'dist/extension',
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    splitting: true,
    target: 'node22',
    external: ['vscode'],
    banner,
    minify: true,
  },
  // One script and one style sheet for each panel: a webview's policy allows a nonce and no further loading.
  {
    bundle: true,
    entryPoints: { runs: 'webviews/runs/main.tsx' },
    outdir: 'dist/webviews',
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.ttf': 'file' },
    sourcemap: true,
    legalComments: 'none',
    logLevel: 'warning',
    minify: true,
  },
];

// Chunks have names of their content: those of earlier builds would stay for ever.
await rm('dist', { recursive: true, force: true });
await cp('src/backend/store/migrations', 'dist/migrations', { recursive: true });
for (const file of ['codicon.css', 'codicon.ttf']) await cp(`node_modules/@vscode/codicons/dist/${file}`, `dist/webviews/${file}`);
if (isWatching) {
  for (const options of bundles) await (await context(options)).watch();
} else {
  await Promise.all(bundles.map((options) => build(options)));
}
