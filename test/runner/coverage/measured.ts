// What Node wrote under NODE_V8_COVERAGE, as entries that fit each other: a source that a test loaded itself and the
// same source inside a bundle must have the same path and the same text, or they would count as two.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { V8CoverageEntry } from 'monocart-coverage-reports';
import { z } from 'zod';
import { root } from '../suite.ts';

const rangeSchema = z.object({ startOffset: z.number(), endOffset: z.number(), count: z.number() });
const functionSchema = z.object({ functionName: z.string(), isBlockCoverage: z.boolean(), ranges: z.array(rangeSchema) });
const writtenSchema = z.object({ result: z.array(z.object({ scriptId: z.string(), url: z.string(), functions: z.array(functionSchema) })) });
const mapSchema = z.looseObject({ sources: z.array(z.string()), sourcesContent: z.array(z.string()) });

/** The entries of each process that wrote its counts into `folder`, one list after the other: together they fill memory. */
export function* measuredEntries(folder: string): Generator<V8CoverageEntry[]> {
  for (const name of readdirSync(folder)) {
    const { result } = writtenSchema.parse(JSON.parse(readFileSync(path.join(folder, name), 'utf8')));
    yield result.flatMap((script) => {
      const file = ourFile(script.url);
      return file === undefined ? [] : [{ ...script, url: script.url.replace(/[?#].*$/, ''), ...textOf(file) }];
    });
  }
}

/** A TypeScript source as Node runs it: types are blanks, so that every place stays where it was. */
export function withoutTypes(text: string): string {
  return stripTypeScriptTypes(text, { mode: 'strip' });
}

/** The file of a script that is one of ours: a source, or a bundle with its map. */
function ourFile(url: string): string | undefined {
  if (!url.startsWith('file://')) return undefined;
  const file = fileURLToPath(url.replace(/[?#].*$/, ''));
  const place = path.relative(root, file).split(path.sep).join('/');
  const isOurs = /^src\/.*\.ts$/.test(place) || (/^dist\/.*\.mjs$/.test(place) && existsSync(`${file}.map`));
  return isOurs && existsSync(file) ? file : undefined;
}

function textOf(file: string): Pick<V8CoverageEntry, 'source' | 'sourceMap'> {
  const text = readFileSync(file, 'utf8');
  if (file.endsWith('.ts')) return { source: withoutTypes(text) };
  const map = mapSchema.parse(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
  const sources = map.sources.map((source) => path.relative(root, path.resolve(path.dirname(file), source)).split(path.sep).join('/'));
  const sourcesContent = map.sourcesContent.map((content, index) => (/^src\/.*\.ts$/.test(sources[index] ?? '') ? withoutTypes(content) : content));
  return { source: text, sourceMap: { ...map, sources, sourcesContent } };
}
