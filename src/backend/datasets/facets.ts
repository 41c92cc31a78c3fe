import type { Bin, Facet, Facets } from '../../protocol/datasetPages.ts';
import type { Split } from '../../protocol/datasets.ts';
import type { DatasetVersion } from '../store/datasets.ts';
import { RowsReader } from './rowsReader.ts';
import { makeGiveWay } from './timeSlices.ts';
import { cacheKey, type VersionCache } from './versionCache.ts';

const rowsPerSlice = 8192;
const mostTokenBins = 24;

/** How quality and token estimates are distributed over a version or one of its splits. */
export async function facetsOf(version: DatasetVersion, split: Split | null, run: { signal: AbortSignal; cache: VersionCache }): Promise<Facets> {
  return await run.cache.get<Facets>(cacheKey('facets', version, split), () => count(version, split, run.signal));
}

async function count(version: DatasetVersion, split: Split | null, signal: AbortSignal): Promise<Facets> {
  const reader = new RowsReader(version.path);
  try {
    const giveWay = makeGiveWay(signal);
    const quality = new Map<number, number>();
    const tokens = new Map<number, number>();
    const all = reader.index.count();
    for (let from = 0; from < all; from += rowsPerSlice) {
      const tally = reader.index.tally({ from, before: from + rowsPerSlice, ...(split === null ? {} : { split }) });
      addTo(quality, tally.quality);
      addTo(tokens, tally.tokens);
      await giveWay();
    }
    const rows = [...quality.values()].reduce((sum, one) => sum + one, 0);
    const points = new Map(Array.from(quality, ([tenths, many]) => [tenths / 10, many]));
    return { rows, quality: { ...figures(points), bins: qualityBins(points) }, tokens: { ...figures(tokens), bins: tokenBins(tokens) } };
  } finally {
    reader.close();
  }
}

function addTo(counts: Map<number, number>, more: readonly [number, number][]): void {
  for (const [value, many] of more) counts.set(value, (counts.get(value) ?? 0) + many);
}

/** Ten bins over 0–10; 10 counts into the last. */
function qualityBins(counts: ReadonlyMap<number, number>): Bin[] {
  return fill(Array.from({ length: 10 }, (_, at) => ({ from: at, to: at + 1, rows: 0 })), counts);
}

/** Bins of one round width up to about the 99th percentile, and one for the tail beyond it. */
export function tokenBins(counts: ReadonlyMap<number, number>): Bin[] {
  const sorted = sortedOf(counts);
  const max = sorted.at(-1)?.[0];
  if (max === undefined) return [];
  const high = percentile(sorted, 0.99) ?? max;
  const width = roundWidth((high + 1) / mostTokenBins);
  const many = Math.floor(high / width) + 1;
  const bins = Array.from({ length: many }, (_, at) => ({ from: at * width, to: (at + 1) * width, rows: 0 }));
  if (max >= many * width) bins.push({ from: many * width, to: max, rows: 0 });
  return fill(bins, counts);
}

/** The next of 1, 2, 5, 10, 20, 50 … that is not smaller. */
export function roundWidth(least: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return ([1, 2, 5, 10].find((step) => step * unit >= least) ?? 10) * unit;
}

function fill(bins: Bin[], counts: ReadonlyMap<number, number>): Bin[] {
  const width = bins[0] === undefined ? 1 : bins[0].to - bins[0].from;
  for (const [value, many] of counts) {
    const bin = bins[Math.min(bins.length - 1, Math.max(0, Math.floor(value / width)))];
    if (bin !== undefined) bin.rows += many;
  }
  return bins;
}

function figures(counts: ReadonlyMap<number, number>): Omit<Facet, 'bins'> {
  const sorted = sortedOf(counts);
  const rows = sorted.reduce((sum, [, many]) => sum + many, 0);
  const total = sorted.reduce((sum, [value, many]) => sum + value * many, 0);
  return { mean: rows === 0 ? null : total / rows, p50: percentile(sorted, 0.5), p90: percentile(sorted, 0.9), max: sorted.at(-1)?.[0] ?? null };
}

function sortedOf(counts: ReadonlyMap<number, number>): [number, number][] {
  return [...counts].sort(([a], [b]) => a - b);
}

/** The least value that at least this share of all does not exceed. */
function percentile(sorted: readonly [number, number][], share: number): number | null {
  const rows = sorted.reduce((sum, [, many]) => sum + many, 0);
  let seen = 0;
  for (const [value, many] of sorted) {
    seen += many;
    if (seen >= share * rows) return value;
  }
  return null;
}
