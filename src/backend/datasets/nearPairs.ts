import type { NearPair, NearPairs } from '../../protocol/datasetPages.ts';
import { usageError } from '../../protocol/errors.ts';
import type { DatasetVersion } from '../store/datasets.ts';
import { nearTexts, nearThreshold, nearUnasked } from './import/nearDuplicates.ts';
import { NearIndex } from './import/nearIndex.ts';
import { RowsReader } from './rowsReader.ts';
import { makeGiveWay } from './timeSlices.ts';
import { cacheKey, type VersionCache } from './versionCache.ts';

const mostPairs = 1000;

export interface NearRun {
  signal: AbortSignal;
  cache: VersionCache;
  /** Rows looked at so far, of all. */
  onProgress: (done: number, all: number) => void;
}

/** Rows of a version that are nearly the same, the likest first. Refuses versions so large that it would take minutes. */
export async function nearPairsOf(version: DatasetVersion, run: NearRun): Promise<NearPairs> {
  if (version.rows > nearUnasked) {
    throw usageError('too_many_rows', `Near duplicates are looked for in up to ${nearUnasked.toLocaleString('en')} rows; this version has ${version.rows.toLocaleString('en')}.`, {
      hint: 'training prepare --dedupe near leaves them out while importing.',
    });
  }
  return await run.cache.get<NearPairs>(cacheKey('near', version, null), () => find(version, run));
}

async function find(version: DatasetVersion, { signal, onProgress }: NearRun): Promise<NearPairs> {
  const reader = new RowsReader(version.path);
  try {
    const pairs: NearPair[] = [];
    const count = reader.index.count();
    const index = new NearIndex({
      documents: count,
      threshold: nearThreshold,
      isIndexingCopies: true,
      onPair: (earlier, later, similarity) => pairs.push({ first: earlier + 1, second: later + 1, similarity }),
    });
    const giveWay = makeGiveWay(signal);
    for (let from = 0; from < count; from += 1000) {
      for (const row of Array.from(reader.index.rows({ from, limit: 1000 }))) {
        index.add(nearTexts(reader.row(row)));
        await giveWay();
      }
      onProgress(Math.min(count, from + 1000), count);
    }
    pairs.sort((a, b) => b.similarity - a.similarity || a.second - b.second);
    return { pairs: pairs.slice(0, mostPairs), total: pairs.length, rows: count };
  } finally {
    reader.close();
  }
}
