import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

/** Scripts of node-llama-cpp that stay files of their own: it starts the second as a process, to try a library in it. */
const entries = ['index.js', 'bindings/utils/testBindingBinary.js'];
/** Read when it starts. */
const companions = ['package.json', 'LICENSE', 'llama/binariesGithubRelease.json', 'llama/llama.cpp.info.json'];

/**
 * node-llama-cpp with the packages that it needs, in two scripts instead of more than a thousand. It builds nothing from
 * source here, so the sources of llama.cpp stay out. Answers what went into them.
 */
export async function bundleEngine(source: string, target: string): Promise<Metafile> {
  const metafile: Metafile = { inputs: {}, outputs: {} };
  for (const entry of entries) {
    const outfile = path.join(target, 'dist', entry);
    const result = await build({
      entryPoints: [path.join(source, 'dist', entry)],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node22',
      mainFields: ['module', 'main'],
      external: ['@node-llama-cpp/*', '@reflink/reflink', 'electron'],
      // Names stay: the library tells its classes by them in what it says.
      minifyWhitespace: true,
      minifySyntax: true,
      legalComments: 'none',
      logLevel: 'warning',
      metafile: true,
      plugins: [originalPlaces(path.join(source, 'dist'), path.dirname(entry))],
      banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    });
    Object.assign(metafile.inputs, result.metafile.inputs);
    Object.assign(metafile.outputs, result.metafile.outputs);
  }
  for (const file of companions) {
    mkdirSync(path.dirname(path.join(target, file)), { recursive: true });
    copyFileSync(path.join(source, file), path.join(target, file));
  }
  return metafile;
}

/** A module that asks where it lies hears its place before the bundling: it looks for files from there. */
function originalPlaces(dist: string, outputFolder: string): Plugin {
  return {
    name: 'original-places',
    setup: (context) => {
      context.onLoad({ filter: /node-llama-cpp[\\/]dist[\\/].*\.js$/ }, ({ path: file }) => {
        const text = readFileSync(file, 'utf8');
        const place = path.relative(path.join(dist, outputFolder), file).split(path.sep).join('/');
        return { contents: text.replaceAll('import.meta.url', `new URL(${JSON.stringify(place)}, import.meta.url).href`), loader: 'js' };
      });
    },
  };
}
