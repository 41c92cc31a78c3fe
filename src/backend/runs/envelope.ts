import { blockPoints, type Blocks } from '../store/metricBlocks.ts';
import { listChunks, listChunksWithBlocks, loadChunk, visibleSeries, type ChunkRow, type VisibleSeries } from '../store/metrics.ts';
import type { Db } from '../store/sqlite.ts';

/** One bucket of steps. Numbers are null where none of its values is finite. */
interface EnvelopePoint {
  /** Of the bucket's first point. */
  step: number;
  /** Seconds since the epoch, of the bucket's first point. */
  t: number;
  min: number | null;
  max: number | null;
  mean: number | null;
}

interface SeriesSummary {
  first: number | null;
  last: number | null;
  min: number | null;
  max: number | null;
  mean: number | null;
  /** Points, finite or not. */
  count: number;
}

export interface EnvelopeRequest {
  /** Inclusive; null is from the start, or to the end. */
  from: number | null;
  to: number | null;
  /** At most so many buckets, all of the same whole number of steps. */
  buckets: number;
  /** Width of a bucket in steps; null derives it from `buckets`. */
  every: number | null;
}

export interface Envelope {
  points: EnvelopePoint[];
  summary: SeriesSummary;
}

/**
 * A metric's series drawn small: minimum, maximum and mean per bucket of steps, so that no extremum is lost whatever
 * the number of points. Points of superseded attempts are left out. A chunk that falls into one bucket is taken from
 * its summary; only those that straddle buckets are read.
 */
export function readEnvelope(db: Db, runId: string, key: string, request: EnvelopeRequest): Envelope {
  // One moment of the store: the trainer's events go on being merged into larger chunks.
  return db.transaction(() => {
    const pieces = visibleSeries(db, runId, key).flatMap((series) => listChunks(db, series.id).map((chunk) => ({ series, chunk: { ...chunk, blocks: null } })));
    return envelopeOf(db, pieces, request);
  })();
}

/**
 * The same for a picture of a long series, many times faster: where buckets are much wider than a block, a block goes
 * whole into the bucket where it begins. Nothing is lost or counted twice, and nothing is further from its place than
 * a quarter of a bucket, which is a quarter of a pixel.
 */
export function drawEnvelope(db: Db, runId: string, key: string, range: Omit<EnvelopeRequest, 'every'>): Envelope {
  return db.transaction(() => {
    const pieces = visibleSeries(db, runId, key).flatMap((series) => listChunksWithBlocks(db, series.id).map((chunk) => ({ series, chunk })));
    return envelopeOf(db, pieces, { ...range, every: null });
  })();
}

type Chunk = ChunkRow & { firstIndex: number; blocks: Blocks | null };

function envelopeOf(db: Db, pieces: readonly { series: VisibleSeries; chunk: Chunk }[], request: EnvelopeRequest): Envelope {
  const reach = rangeOf(pieces, request);
  if (reach === null) return { points: [], summary: { first: null, last: null, min: null, max: null, mean: null, count: 0 } };
  const grid = makeGrid(reach, request);
  for (const { series, chunk } of pieces) {
    const to = Math.min(reach.to, series.lastStep);
    if (chunk.firstStep > to || chunk.lastStep < reach.from) continue;
    const isInside = chunk.firstStep >= reach.from && chunk.lastStep <= to;
    if (isInside && bucketOf(grid, chunk.firstStep) === bucketOf(grid, chunk.lastStep)) addSummary(grid, chunk);
    else if (isInside && chunk.blocks !== null && mayTakeBlocks(grid, chunk.blocks)) addBlocks(grid, chunk, chunk.blocks);
    else addPoints(grid, db, { seriesId: series.id, chunk, from: reach.from, to });
  }
  return { points: collect(grid), summary: summarize(grid) };
}

interface Range {
  from: number;
  to: number;
}

function rangeOf(pieces: readonly { series: VisibleSeries; chunk: ChunkRow }[], request: EnvelopeRequest): Range | null {
  let from = Infinity;
  let to = -Infinity;
  for (const { series, chunk } of pieces) {
    if (chunk.firstStep > series.lastStep) continue;
    from = Math.min(from, chunk.firstStep);
    to = Math.max(to, Math.min(chunk.lastStep, series.lastStep));
  }
  from = Math.max(from, request.from ?? -Infinity);
  to = Math.min(to, request.to ?? Infinity);
  return from <= to ? { from, to } : null;
}

interface Grid {
  from: number;
  width: number;
  low: Float64Array;
  high: Float64Array;
  total: Float64Array;
  finite: Float64Array;
  count: Float64Array;
  step: Float64Array;
  time: Float64Array;
  first: number | null;
  last: number | null;
  isEmpty: boolean;
}

function makeGrid(range: Range, request: EnvelopeRequest): Grid {
  const span = range.to - range.from + 1;
  const width = request.every ?? Math.max(1, Math.ceil(span / request.buckets));
  // A width that the caller chose is aligned to step 0, so that two calls over different ranges agree.
  const from = request.every === null ? range.from : Math.floor(range.from / width) * width;
  const size = Math.floor((range.to - from) / width) + 1;
  return {
    from,
    width,
    low: new Float64Array(size).fill(Infinity),
    high: new Float64Array(size).fill(-Infinity),
    total: new Float64Array(size),
    finite: new Float64Array(size),
    count: new Float64Array(size),
    step: new Float64Array(size),
    time: new Float64Array(size),
    first: null,
    last: null,
    isEmpty: true,
  };
}

function bucketOf(grid: Grid, step: number): number {
  return Math.floor((step - grid.from) / grid.width);
}

function addSummary(grid: Grid, chunk: ChunkRow): void {
  const bucket = bucketOf(grid, chunk.firstStep);
  if (grid.count[bucket] === 0) {
    grid.step[bucket] = chunk.firstStep;
    grid.time[bucket] = chunk.firstTime;
  }
  grid.low[bucket] = Math.min(grid.low[bucket] ?? Infinity, chunk.low ?? Infinity);
  grid.high[bucket] = Math.max(grid.high[bucket] ?? -Infinity, chunk.high ?? -Infinity);
  grid.total[bucket] = (grid.total[bucket] ?? 0) + chunk.total;
  grid.finite[bucket] = (grid.finite[bucket] ?? 0) + chunk.finite;
  grid.count[bucket] = (grid.count[bucket] ?? 0) + chunk.points;
  noteEnds(grid, chunk.firstValue, chunk.lastValue);
}

function mayTakeBlocks(grid: Grid, { count, firstStep, lastStep }: Blocks): boolean {
  const widest = grid.width / 4;
  if (blockPoints > widest) return false;
  for (let block = 0; block < count; block += 1) {
    if ((lastStep[block] ?? 0) - (firstStep[block] ?? 0) > widest) return false;
  }
  return true;
}

function addBlocks(grid: Grid, chunk: ChunkRow, blocks: Blocks): void {
  for (let block = 0; block < blocks.count; block += 1) {
    const bucket = bucketOf(grid, blocks.firstStep[block] ?? 0);
    if (grid.count[bucket] === 0) {
      grid.step[bucket] = blocks.firstStep[block] ?? 0;
      grid.time[bucket] = blocks.firstTime[block] ?? 0;
    }
    grid.low[bucket] = Math.min(grid.low[bucket] ?? Infinity, blocks.low[block] ?? Infinity);
    grid.high[bucket] = Math.max(grid.high[bucket] ?? -Infinity, blocks.high[block] ?? -Infinity);
    grid.total[bucket] = (grid.total[bucket] ?? 0) + (blocks.total[block] ?? 0);
    grid.finite[bucket] = (grid.finite[bucket] ?? 0) + (blocks.finite[block] ?? 0);
    grid.count[bucket] = (grid.count[bucket] ?? 0) + Math.min(blockPoints, chunk.points - block * blockPoints);
  }
  noteEnds(grid, chunk.firstValue, chunk.lastValue);
}

function addPoints(grid: Grid, db: Db, piece: { seriesId: number; chunk: ChunkRow & { firstIndex: number }; from: number; to: number }): void {
  const { chunk, from, to } = piece;
  const { values, times, steps } = loadChunk(db, piece.seriesId, chunk.firstIndex);
  let firstValue: number | null = null;
  let lastValue: number | null = null;
  let hasPoints = false;
  let index = 0;
  while (index < values.length) {
    const step = steps === null ? chunk.firstStep + index : (steps[index] ?? 0);
    if (step < from || step > to) {
      index += 1;
      continue;
    }
    // One run of points within one bucket at a time keeps the inner loop free of divisions.
    const bucket = bucketOf(grid, step);
    const end = Math.min(to, grid.from + (bucket + 1) * grid.width - 1);
    const start = Math.max(from, grid.from + bucket * grid.width);
    if (grid.count[bucket] === 0) {
      grid.step[bucket] = step;
      grid.time[bucket] = times[index] ?? 0;
    }
    let low = Infinity;
    let high = -Infinity;
    let total = 0;
    let finite = 0;
    const runStart = index;
    for (; index < values.length; index += 1) {
      const current = steps === null ? chunk.firstStep + index : (steps[index] ?? 0);
      if (current > end || current < start) break;
      const value = values[index] ?? NaN;
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
      total += value;
      finite += 1;
    }
    if (low < (grid.low[bucket] ?? Infinity)) grid.low[bucket] = low;
    if (high > (grid.high[bucket] ?? -Infinity)) grid.high[bucket] = high;
    grid.total[bucket] = (grid.total[bucket] ?? 0) + total;
    grid.finite[bucket] = (grid.finite[bucket] ?? 0) + finite;
    grid.count[bucket] = (grid.count[bucket] ?? 0) + (index - runStart);
    if (!hasPoints) firstValue = finiteOrNull(values[runStart]);
    lastValue = finiteOrNull(values[index - 1]);
    hasPoints = true;
  }
  if (hasPoints) noteEnds(grid, firstValue, lastValue);
}

function noteEnds(grid: Grid, first: number | null, last: number | null): void {
  if (grid.isEmpty) grid.first = first;
  grid.last = last;
  grid.isEmpty = false;
}

function collect(grid: Grid): EnvelopePoint[] {
  const points: EnvelopePoint[] = [];
  for (let bucket = 0; bucket < grid.count.length; bucket += 1) {
    if (grid.count[bucket] === 0) continue;
    const finite = grid.finite[bucket] ?? 0;
    points.push({
      step: grid.step[bucket] ?? 0,
      t: grid.time[bucket] ?? 0,
      min: finite === 0 ? null : (grid.low[bucket] ?? null),
      max: finite === 0 ? null : (grid.high[bucket] ?? null),
      mean: finite === 0 ? null : (grid.total[bucket] ?? 0) / finite,
    });
  }
  return points;
}

function summarize(grid: Grid): SeriesSummary {
  const sum = (column: Float64Array) => column.reduce((total, value) => total + value, 0);
  const finite = sum(grid.finite);
  return {
    first: grid.first,
    last: grid.last,
    min: finite === 0 ? null : grid.low.reduce((low, value) => Math.min(low, value), Infinity),
    max: finite === 0 ? null : grid.high.reduce((high, value) => Math.max(high, value), -Infinity),
    mean: finite === 0 ? null : sum(grid.total) / finite,
    count: sum(grid.count),
  };
}

function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
