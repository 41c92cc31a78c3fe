import { z } from 'zod';
import { datasetRowSchema, datasetSummarySchema, splitSchema } from './datasets.ts';
import { datasetIdSchema, runIdSchema } from './ids.ts';

/** Result of `training datasets`. */
export const datasetsResultSchema = z.object({ datasets: z.array(datasetSummarySchema) });

/** A row as people and programs look at it: where it came from, what is known of it, and itself. */
export const shownRowSchema = z.object({
  /** Counts from 1 within the version. */
  row: z.int().positive(),
  file: z.string(),
  line: z.int().positive(),
  split: splitSchema,
  quality: z.number(),
  /** Why the quality is not 10. */
  reasons: z.array(z.string()),
  tokens: z.int(),
  turns: z.int(),
  value: datasetRowSchema,
});
export type ShownRow = z.infer<typeof shownRowSchema>;

/** Result of `training dataset show`: a page of rows. `total` counts all that match. */
export const datasetShowResultSchema = z.object({
  dataset: datasetSummarySchema,
  versions: z.array(z.object({ version: z.int(), rows: z.int(), created: z.string() })),
  rows: z.array(shownRowSchema),
  total: z.int(),
});
export type DatasetShowResult = z.infer<typeof datasetShowResultSchema>;

const diffSideSchema = z.object({ id: datasetIdSchema, name: z.string(), version: z.int(), rows: z.int() });
const diffRowSchema = z.object({ row: z.int().positive(), line: z.int().positive(), text: z.string() });

/** One turn that differs. Null on the side that lacks it. */
export const turnChangeSchema = z.object({
  turn: z.int().positive(),
  before: z.object({ role: z.string(), text: z.string() }).nullable(),
  after: z.object({ role: z.string(), text: z.string() }).nullable(),
});

/**
 * Result of `training dataset diff A B`. Rows are matched by key: their id, else their prompt. Swapping A and B swaps
 * `added` with `removed` and `before` with `after` and changes nothing else.
 */
export const datasetDiffSchema = z.object({
  diff: z.object({
    before: diffSideSchema,
    after: diffSideSchema,
    counts: z.object({ same: z.int(), added: z.int(), removed: z.int(), changed: z.int(), splitMoved: z.int() }),
    /** Up to `--limit` of each. */
    added: z.array(diffRowSchema),
    removed: z.array(diffRowSchema),
    changed: z.array(
      z.object({
        beforeRow: z.int().positive(),
        afterRow: z.int().positive(),
        turns: z.array(turnChangeSchema),
        /** Parts beside the turns that differ: tools, id, meta, label. */
        fields: z.array(z.string()),
      }),
    ),
  }),
});
export type DatasetDiff = z.infer<typeof datasetDiffSchema>['diff'];

export const datasetRestoreResultSchema = z.object({
  dataset: datasetSummarySchema,
  restoredFrom: z.int().positive(),
  /** False: the newest version already has this content. */
  isNew: z.boolean(),
});

export const datasetRemoveResultSchema = z.object({
  removed: z.object({ id: datasetIdSchema, name: z.string(), versions: z.int() }),
  /** Where its folder is now. */
  trash: z.string(),
  /** Stopped runs that could have been resumed and can't be any more (`--force`). */
  endedRuns: z.array(runIdSchema),
});
export type DatasetRemoveResult = z.infer<typeof datasetRemoveResultSchema>;
