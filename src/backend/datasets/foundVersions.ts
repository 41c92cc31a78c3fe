import path from 'node:path';
import { z } from 'zod';
import { datasetFormatSchema, graderNameSchema } from '../../protocol/datasets.ts';
import { datasetIdSchema } from '../../protocol/ids.ts';
import { fileFacts, listFolder, readTextFile } from '../platform/files.ts';
import type { FoundVersion } from '../store/reindex.ts';
import { datasetFile, indexFile, rowsFile, versionFolder } from './splitFile.ts';

/** What the index needs of a version's `dataset.json`. */
const descriptionSchema = z.looseObject({
  v: z.literal(1),
  id: datasetIdSchema,
  name: z.string().min(1),
  version: z.int().positive(),
  created: z.iso.datetime(),
  format: datasetFormatSchema,
  grader: graderNameSchema,
  sha256: z.string(),
  splitsSha256: z.string(),
  rows: z.looseObject({ kept: z.int() }),
  splits: z.object({ train: z.int(), validation: z.int(), test: z.int() }),
  quality: z.looseObject({ mean: z.number().nullable() }),
  tokens: z.looseObject({ estimated: z.int() }),
});

/** Every whole dataset version under `.training/datasets`, as its folder describes it. */
export function findVersions(datasets: string): FoundVersion[] {
  return listFolder(datasets).flatMap((id) =>
    listFolder(path.join(datasets, id)).flatMap((name) => {
      const found = /^v\d{1,9}$/.test(name) ? readVersion(path.join(datasets, id, name)) : null;
      // A folder under another's name was put there by hand: its rows are not that dataset's.
      return found !== null && versionFolder(datasets, found.id, found.version) === found.path ? [found] : [];
    }),
  );
}

function readVersion(folder: string): FoundVersion | null {
  const text = readTextFile(path.join(folder, datasetFile));
  if (text === null || fileFacts(path.join(folder, rowsFile)) === null || fileFacts(path.join(folder, indexFile)) === null) return null;
  const parsed = descriptionSchema.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const { id, name, version, created, format, grader, sha256, splitsSha256, rows, splits, quality, tokens } = parsed.data;
  return { id, name, version, created, format, grader, sha256, splitsSha256, rows: rows.kept, ...splits, quality: quality.mean, tokens: tokens.estimated, path: folder, reportJson: text };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Torn or overwritten: the version is left out.
    return null;
  }
}
