import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../../..');

/**
 * The import as the product runs it: bundled. Node would otherwise strip the types of every source file in the measured
 * process, which takes a hundred megabytes. Answers the script.
 */
export async function bundleOurs(): Promise<string> {
  const outdir = path.join(root, '.build', 'bench-import');
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: { ours: path.join(import.meta.dirname, 'ours.ts'), datasetWriter: path.join(root, 'src/backend/datasets/import/writerThread.ts') },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    mainFields: ['module', 'main'],
    format: 'esm',
    target: 'node22',
    external: ['better-sqlite3'],
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  cpSync(path.join(root, 'src/backend/store/migrations'), path.join(outdir, 'migrations'), { recursive: true });
  return path.join(outdir, 'ours.mjs');
}
