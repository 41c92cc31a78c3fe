import path from 'node:path';
import { z } from 'zod';
import { inspectResultSchema, lensRowSchema, type InspectResult } from '../../protocol/inspect.ts';
import { trainingConfigSchema } from '../../protocol/runs.ts';
import { RowsReader } from '../datasets/rowsReader.ts';
import { rowsFile } from '../datasets/splitFile.ts';
import { builtInModel, resolveModel, type ModelSearch } from '../models/resolveModel.ts';
import { runTrainerCommand } from '../platform/trainerCommand.ts';
import type { DatasetVersion } from '../store/datasets.ts';

export interface InspectRequest {
  version: DatasetVersion;
  /** Rows count from 1, both ends included. */
  first: number;
  last: number;
  /** Null is the built-in model. */
  model: string | null;
  /** Null is the default of a run. */
  maxLength: number | null;
}

export interface InspectPlace {
  search: ModelSearch;
  python: { python: string; trainerFolder: string };
}

/** The tokens of some rows as a run would see them: asked of the trainer itself, so that both are one code path. */
export async function inspectTokens(place: InspectPlace, request: InspectRequest, signal: AbortSignal): Promise<InspectResult> {
  const { version, first, last } = request;
  const defaults = trainingConfigSchema.parse({});
  const maxLength = request.maxLength ?? defaults.maxLength;
  const model = await resolveModel(request.model ?? builtInModel, place.search, signal);
  const answer = await runTrainerCommand({
    ...place.python,
    command: 'inspect',
    request: {
      model: model.identity.path,
      rowsPath: path.join(version.path, rowsFile),
      rows: placesOf(version, first, last),
      maxLength,
      overlong: defaults.overlong,
    },
    result: z.looseObject({ rows: z.array(lensRowSchema) }),
    env: place.search.env,
    signal,
  });
  return inspectResultSchema.parse({
    dataset: { id: version.id, name: version.name, version: version.version },
    model: model.identity.id,
    maxLength,
    rows: answer.rows.map((row) => ({ ...row, row: row.row + 1 })),
    total: version.rows,
  });
}

function placesOf(version: DatasetVersion, first: number, last: number): { row: number; offset: number; length: number }[] {
  const reader = new RowsReader(version.path);
  try {
    const rows = reader.index.rows({ from: first - 1, limit: last - first + 1 });
    return Array.from(rows, ({ row, offset, length }) => ({ row, offset, length }));
  } finally {
    reader.close();
  }
}
