import { leastBlockedPoints, packBlocks, unpackBlocks, type Blocks } from './metricBlocks.ts';
import type { Db } from './sqlite.ts';

/** Points of one metric, in the order in which they were measured. A value that is not finite is kept as NaN. */
export interface Points {
  steps: number[];
  times: number[];
  values: number[];
}

/** A stored piece of a series with its blobs still packed. */
export interface ChunkRow {
  points: number;
  firstStep: number;
  lastStep: number;
  firstTime: number;
  firstValue: number | null;
  lastValue: number | null;
  low: number | null;
  high: number | null;
  total: number;
  finite: number;
}

export interface ChunkData {
  values: Float64Array;
  times: Float64Array;
  /** Null where steps rise by one from the chunk's first. */
  steps: Float64Array | null;
}

/** Most points in one chunk: 32 KB per column, so that a page of a chart touches few rows. */
export const chunkPoints = 4096;

/**
 * Appends to the series of a run's attempt. Call it within a transaction.
 *
 * A batch becomes one chunk, merged with the chunks before it as long as those are no larger and the sum fits: each
 * point is rewritten at most log2(chunkPoints) times, and a series has few small chunks however slowly it grows.
 */
export function appendPoints(db: Db, runId: string, attemptId: string, byKey: ReadonlyMap<string, Points>): void {
  const sql = statements(db);
  for (const [key, points] of byKey) {
    if (points.steps.length === 0) continue;
    sql.addSeries.run(runId, attemptId, key);
    const series = sql.findSeries.get(runId, key, attemptId);
    if (series === undefined) throw new Error('a metric series vanished within its transaction');
    appendToSeries(db, series.id, points);
  }
}

function appendToSeries(db: Db, seriesId: number, points: Points): void {
  const sql = statements(db);
  const tail = sql.tail.all(seriesId);
  const last = tail[0];
  let firstIndex = last === undefined ? 0 : last.firstIndex + last.points;
  let merged = points;
  for (const chunk of tail) {
    if (chunk.points > merged.steps.length || chunk.points + merged.steps.length > chunkPoints) break;
    const data = loadChunk(db, seriesId, chunk.firstIndex);
    merged = concat(data, chunk.firstStep, chunk.points, merged);
    firstIndex = chunk.firstIndex;
    sql.removeChunk.run(seriesId, chunk.firstIndex);
  }
  for (let start = 0; start < merged.steps.length; start += chunkPoints) {
    insertChunk(db, seriesId, firstIndex + start, {
      steps: merged.steps.slice(start, start + chunkPoints),
      times: merged.times.slice(start, start + chunkPoints),
      values: merged.values.slice(start, start + chunkPoints),
    });
  }
}

function insertChunk(db: Db, seriesId: number, firstIndex: number, points: Points): void {
  const { steps, times, values } = points;
  const firstStep = steps[0] ?? 0;
  let lastStep = firstStep;
  let low = Infinity;
  let high = -Infinity;
  let total = 0;
  let finite = 0;
  let isContiguous = true;
  for (let index = 0; index < steps.length; index += 1) {
    const step = steps[index] ?? 0;
    if (step !== firstStep + index) isContiguous = false;
    if (step > lastStep) lastStep = step;
    const value = values[index] ?? NaN;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    total += value;
    finite += 1;
  }
  statements(db).insertChunk.run(
    seriesId, firstIndex, steps.length, firstStep, lastStep, times[0] ?? 0, finiteOrNull(values[0]), finiteOrNull(values.at(-1)),
    finite === 0 ? null : low, finite === 0 ? null : high, total, finite,
    pack(values), pack(times), isContiguous ? null : pack(steps),
  );
  if (steps.length >= leastBlockedPoints) statements(db).insertBlocks.run(seriesId, firstIndex, packBlocks(points));
}

/** Series of one metric, oldest attempt first, each with the step after which a later attempt took over. */
export interface VisibleSeries {
  id: number;
  attempt: string;
  /** Points beyond it belong to a superseded attempt. Infinity for the newest. */
  lastStep: number;
}

/** Only an attempt that reached its plan has said where it starts; until then the older points stay visible. */
export function visibleSeries(db: Db, runId: string, key: string): VisibleSeries[] {
  const rows = statements(db).visible.all(runId, key);
  return rows.map((row) => ({ id: row.id, attempt: row.attempt, lastStep: row.cutoff ?? Infinity })).filter((row) => row.lastStep > 0 || row.lastStep === Infinity);
}

/** The metrics that a run has, by name. */
export function metricKeys(db: Db, runId: string): string[] {
  return statements(db).keys.all(runId).map((row) => row.key);
}

/** A series' chunks with their summaries only, in order. */
export function listChunks(db: Db, seriesId: number): (ChunkRow & { firstIndex: number })[] {
  return statements(db).chunks.all(seriesId);
}

/** The same with the blocks of each chunk; null where it has none. */
export function listChunksWithBlocks(db: Db, seriesId: number): (ChunkRow & { firstIndex: number; blocks: Blocks | null })[] {
  return statements(db).blockedChunks.all(seriesId).map(({ blockBlob, ...chunk }) => ({ ...chunk, blocks: blockBlob === null ? null : unpackBlocks(unpack(blockBlob)) }));
}

export function loadChunk(db: Db, seriesId: number, firstIndex: number): ChunkData {
  const row = statements(db).load.get(seriesId, firstIndex);
  if (row === undefined) throw new Error(`metric chunk ${firstIndex} of series ${seriesId} is missing`);
  return { values: unpack(row.valueBlob), times: unpack(row.timeBlob), steps: row.stepBlob === null ? null : unpack(row.stepBlob) };
}

function concat(data: ChunkData, firstStep: number, count: number, next: Points): Points {
  const steps = data.steps === null ? Array.from({ length: count }, (_, index) => firstStep + index) : Array.from(data.steps);
  return { steps: steps.concat(next.steps), times: Array.from(data.times).concat(next.times), values: Array.from(data.values).concat(next.values) };
}

/** Every platform that Node runs our native modules on is little-endian, so the array's own bytes are the format. */
function pack(numbers: readonly number[]): Buffer {
  return Buffer.from(Float64Array.from(numbers).buffer);
}

function unpack(blob: Buffer): Float64Array {
  if (blob.byteOffset % 8 === 0) return new Float64Array(blob.buffer, blob.byteOffset, blob.byteLength / 8);
  return new Float64Array(Uint8Array.from(blob).buffer);
}

function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

const prepared = new WeakMap<Db, ReturnType<typeof prepare>>();

function statements(db: Db): ReturnType<typeof prepare> {
  const known = prepared.get(db);
  if (known !== undefined) return known;
  const fresh = prepare(db);
  prepared.set(db, fresh);
  return fresh;
}

const summaryColumns = `c.first_index AS firstIndex, points, first_step AS firstStep, last_step AS lastStep, first_time AS firstTime,
  first_value AS firstValue, last_value AS lastValue, low, high, total, finite`;

function prepare(db: Db) {
  return {
    addSeries: db.prepare<[string, string, string]>('INSERT OR IGNORE INTO metric_series (run_id, attempt_id, key) VALUES (?, ?, ?)'),
    findSeries: db.prepare<[string, string, string], { id: number }>('SELECT id FROM metric_series WHERE run_id = ? AND key = ? AND attempt_id = ?'),
    tail: db.prepare<[number], { firstIndex: number; points: number; firstStep: number }>(
      'SELECT first_index AS firstIndex, points, first_step AS firstStep FROM metric_chunks WHERE series_id = ? ORDER BY first_index DESC LIMIT 16',
    ),
    removeChunk: db.prepare<[number, number]>('DELETE FROM metric_chunks WHERE series_id = ? AND first_index = ?'),
    insertChunk: db.prepare(
      `INSERT INTO metric_chunks (series_id, first_index, points, first_step, last_step, first_time, first_value, last_value,
         low, high, total, finite, value_blob, time_blob, step_blob)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    visible: db.prepare<[string, string], { id: number; attempt: string; cutoff: number | null }>(
      `SELECT s.id AS id, s.attempt_id AS attempt,
         (SELECT min(later.first_step) FROM attempts later
           WHERE later.run_id = s.run_id AND later.number > a.number AND later.plan_json IS NOT NULL) AS cutoff
       FROM metric_series s JOIN attempts a ON a.id = s.attempt_id
       WHERE s.run_id = ? AND s.key = ? ORDER BY a.number`,
    ),
    keys: db.prepare<[string], { key: string }>('SELECT DISTINCT key FROM metric_series WHERE run_id = ? ORDER BY key'),
    chunks: db.prepare<[number], ChunkRow & { firstIndex: number }>(
      `SELECT ${summaryColumns} FROM metric_chunks c WHERE c.series_id = ? ORDER BY c.first_index`,
    ),
    blockedChunks: db.prepare<[number], ChunkRow & { firstIndex: number; blockBlob: Buffer | null }>(
      `SELECT ${summaryColumns}, b.block_blob AS blockBlob
       FROM metric_chunks c LEFT JOIN metric_blocks b ON b.series_id = c.series_id AND b.first_index = c.first_index
       WHERE c.series_id = ? ORDER BY c.first_index`,
    ),
    insertBlocks: db.prepare<[number, number, Buffer]>('INSERT INTO metric_blocks (series_id, first_index, block_blob) VALUES (?, ?, ?)'),
    load: db.prepare<[number, number], { valueBlob: Buffer; timeBlob: Buffer; stepBlob: Buffer | null }>(
      'SELECT value_blob AS valueBlob, time_blob AS timeBlob, step_blob AS stepBlob FROM metric_chunks WHERE series_id = ? AND first_index = ?',
    ),
  };
}
