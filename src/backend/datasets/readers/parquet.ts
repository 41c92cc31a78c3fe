import { open } from 'node:fs/promises';
import { parquetMetadataAsync, parquetReadObjects, type AsyncBuffer } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Json } from '../../../protocol/json.ts';
import type { RecordSink } from './recordSink.ts';

const rowsPerSettle = 1000;

/**
 * Parquet, a row group at a time. A row's line is its number, from 1. Integers beyond 2^53 become text, times ISO 8601,
 * bytes base64; missing values null.
 */
export async function readParquet(path: string, sink: RecordSink, name: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const file: AsyncBuffer = {
      byteLength: size,
      slice: async (start, end = size) => {
        const bytes = new Uint8Array(end - start);
        for (let done = 0; done < bytes.length; ) {
          const { bytesRead } = await handle.read(bytes, done, bytes.length - done, start + done);
          if (bytesRead === 0) break;
          done += bytesRead;
        }
        return bytes.buffer;
      },
    };
    await readGroups(file, sink, name);
  } finally {
    await handle.close();
  }
}

async function readGroups(file: AsyncBuffer, sink: RecordSink, name: string): Promise<void> {
  let line = 0;
  let metadata;
  try {
    metadata = await parquetMetadataAsync(file);
  } catch (error) {
    damaged(sink, name, line, error);
    return;
  }
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    let objects: Record<string, unknown>[];
    try {
      objects = await parquetReadObjects({ file, metadata, rowStart: line, rowEnd: line + rows, compressors });
    } catch (error) {
      damaged(sink, name, line, error);
      line += rows;
      continue;
    }
    for (const [index, object] of objects.entries()) {
      sink.value(toJson(object), line + index + 1);
      if (index % rowsPerSettle === rowsPerSettle - 1) await sink.settle();
      if (sink.isDone) return;
    }
    line += rows;
    await sink.settle();
  }
}

function damaged(sink: RecordSink, name: string, line: number, error: unknown): void {
  const why = error instanceof Error ? error.message : String(error);
  sink.issues.file(name, 'parquet_damaged', `The rows from ${String(line + 1)} on cannot be read from this Parquet file: ${why}`, { line: line + 1 });
}

function toJson(value: unknown): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    case 'object':
      if (value === null) return null;
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
      if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
      if (Array.isArray(value)) return value.map(toJson);
      if (value instanceof Float32Array || value instanceof Float64Array || value instanceof Int32Array || value instanceof BigInt64Array) return Array.from<number | bigint, Json>(value, toJson);
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
    default:
      return null;
  }
}
