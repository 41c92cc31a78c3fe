// Builds every bundle into dist/. `node esbuild.mjs --watch` rebuilds on change. `--package FOLDER` builds what the VSIX
// carries into FOLDER/dist: small, without source maps and the command line; FOLDER/inputs.json says what went into it.
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, context } from 'esbuild';

const isWatching = process.argv.includes('--watch');
const packageFolder = process.argv.includes('--package') ? process.argv[process.argv.indexOf('--package') + 1] : undefined;
const isPackage = packageFolder !== undefined;
const dist = path.join(packageFolder ?? '.', 'dist');
const native = ['better-sqlite3', 'node-llama-cpp', '@napi-rs/keyring'];
/** Of our package.json only the version is asked for; the rest of it would be in every bundle. */
const versionOnly = {
  name: 'version-only',
  setup: (/** @type {import('esbuild').PluginBuild} */ context) =>
    context.onLoad({ filter: /package\.json$/ }, async ({ path: file }) => {
      if (file !== path.resolve('package.json')) return undefined;
      const { version } = JSON.parse(await readFile(file, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    }),
};
// The ES module of a package where it has one: UMD files resolve their parts at run time, out of esbuild's sight.
const shared = { bundle: true, plugins: [versionOnly], platform: 'node', mainFields: ['module', 'main'], sourcemap: !isPackage, metafile: isPackage, legalComments: 'none', logLevel: 'warning' };
// Names stay, so that a stack in a log can be read without a map.
const readable = { minifyWhitespace: isPackage, minifySyntax: isPackage };
// ESM bundles carry CommonJS packages, which call require.
const banner = { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" };

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  {
    ...shared,
    ...readable,
    entryPoints: { ...(isPackage ? {} : { cli: 'src/cli/entry.ts' }), backend: 'src/backend/main.ts', inferenceHost: 'src/backend/inference/host/entry.ts', answerKeeper: 'src/backend/providers/keeper/entry.ts', keyringProgram: 'src/backend/providers/keyring/entry.ts', datasetWriter: 'src/backend/datasets/import/writerThread.ts' },
    outdir: dist,
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
    ...readable,
    entryPoints: { worker: 'src/backend/worker.ts' },
    outdir: dist,
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
    outdir: path.join(dist, 'extension'),
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
    entryPoints: { dashboard: 'webviews/dashboard/main.tsx', runs: 'webviews/runs/main.tsx', datasets: 'webviews/datasets/main.tsx', camp: 'webviews/camp/main.tsx' },
    outdir: path.join(dist, 'webviews'),
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.ttf': 'file' },
    sourcemap: !isPackage,
    metafile: isPackage,
    legalComments: 'none',
    logLevel: 'warning',
    minify: true,
  },
];

// Chunks have names of their content: those of earlier builds would stay for ever.
await rm(dist, { recursive: true, force: true });
await cp('src/backend/store/migrations', path.join(dist, 'migrations'), { recursive: true });
for (const name of ['agent', 'drill', 'profile', 'campaign', 'workspace-config']) await cp(`src/protocol/schema/${name}.json`, path.join(dist, 'schemas', `${name}.json`));
for (const file of ['codicon.css', 'codicon.ttf']) await cp(`node_modules/@vscode/codicons/dist/${file}`, path.join(dist, 'webviews', file));
if (isWatching) {
  for (const options of bundles) await (await context(options)).watch();
} else {
  const results = await Promise.all(bundles.map((options) => build(options)));
  if (isPackage) await writeFile(path.join(packageFolder, 'inputs.json'), JSON.stringify(results.flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {}))));
}
