import { createHash } from 'node:crypto';
import path from 'node:path';
import type { PrepareResult } from '../../protocol/datasets.ts';
import { fileFacts, moveIntoPlace, writeFileAtomically } from '../platform/files.ts';
import { addVersion, findByName, idOfName, type DatasetVersion } from '../store/datasets.ts';
import { DatasetIndex } from '../store/datasetIndex.ts';
import type { Store } from '../store/db.ts';
import { datasetIdOf } from './datasetId.ts';
import type { RowColumns } from './import/rowColumns.ts';
import { Assignments } from './import/splits.ts';
import type { PrepareOptions } from './prepareOptions.ts';
import { datasetFile, indexFile, versionFolder } from './splitFile.ts';

const rowsPerHold = 20_000;

export interface CommitInit {
  name: string;
  /** The version whose splits were carried over. */
  previous: DatasetVersion | null;
  options: PrepareOptions;
  result: PrepareResult;
  sha256: string;
  splitsSha256: string;
  sources: { name: string; sizeBytes: number }[];
}

interface Committed {
  dataset: NonNullable<PrepareResult['dataset']>;
  /** A version that another import made since this one began. */
  meanwhile: number | null;
}

/** Moves the staged folder to its place as the next version and stores it. */
export function commitVersion(store: Store, datasets: string, stage: string, init: CommitInit): Committed {
  const { name, options, result, sha256, splitsSha256 } = init;
  const report = { ...result, dataset: undefined, issues: result.issues.slice(0, 200) };
  let meanwhile: number | null = null;
  const version = addVersion(
    store,
    {
      name, format: result.format, rows: result.rows.kept, ...result.splits, tokens: result.tokens.estimated,
      quality: result.quality.mean, grader: options.grader, sha256, splitsSha256, reportJson: JSON.stringify(report),
    },
    {
      idOf: () => {
        const current = findByName(store, name);
        if (current !== null && current.version !== init.previous?.version) meanwhile = current.version;
        return idOfName(store, name) ?? datasetIdOf(store, name);
      },
      isFree: (id, number) => fileFacts(versionFolder(datasets, id, number)) === null,
      move: (id, number) => {
        const target = versionFolder(datasets, id, number);
        const { minQuality, dedupe, split, seed, map, grader } = options;
        const description = {
          v: 1, id, name, version: number, created: store.clock.now().toISOString(), format: result.format, grader,
          sha256, splitsSha256, rows: result.rows, splits: result.splits, nearDuplicatesChecked: result.nearDuplicatesChecked,
          quality: result.quality, tokens: result.tokens, issueCounts: result.issueCounts, sources: init.sources,
          options: { minQuality, dedupe, split, seed, map },
        };
        writeFileAtomically(path.join(stage, datasetFile), `${JSON.stringify(description, null, 2)}\n`);
        moveIntoPlace(stage, target);
        return target;
      },
    },
  );
  return { dataset: { id: version.id, name: version.name, version: version.version, path: version.path }, meanwhile };
}

/** Every prompt of a version with its split, for the next version to keep. */
export async function readAssignments(previous: DatasetVersion, signal: AbortSignal): Promise<Assignments> {
  const assignments = new Assignments();
  const index = new DatasetIndex(path.join(previous.path, indexFile));
  try {
    let count = 0;
    for (const { prompt, split } of index.assignments()) {
      assignments.add(prompt, split);
      if (++count % rowsPerHold !== 0) continue;
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    }
  } finally {
    index.close();
  }
  return assignments;
}

/** Tells whether two versions with the same rows also have the same splits. */
export function hashSplits(columns: RowColumns): string {
  const hash = createHash('sha256');
  for (const block of columns.blocks) hash.update(block.split.subarray(0, block.count));
  return hash.digest('hex');
}
