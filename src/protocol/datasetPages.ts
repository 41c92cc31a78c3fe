import { z } from 'zod';
import { datasetIssueSchema, datasetSummarySchema, severitySchema, splitSchema } from './datasets.ts';
import { shownRowSchema } from './datasetResults.ts';

/** Rows and figures of a dataset as the editor's panel asks for them: by page, by bins, by issue. */

/** From and to, both included; null is open. */
const rangeSchema = z.object({ from: z.number().nullable().default(null), to: z.number().nullable().default(null) });
export type NumberRange = z.infer<typeof rangeSchema>;

/** Which rows. What is not given lets every row through. */
export const rowFilterSchema = z.object({
  split: splitSchema.nullable().default(null),
  quality: rangeSchema.prefault({}),
  tokens: rangeSchema.prefault({}),
  text: z.string().max(1000).default('').describe('What the row contains, whatever its case.'),
  issue: z.string().max(100).nullable().default(null).describe('Code of an issue whose rows the import’s report knows.'),
});
export type RowFilterRequest = z.infer<typeof rowFilterSchema>;

const place = {
  dataset: z.string().min(1).max(200).describe('Id or name.'),
  version: z.int().positive().nullable().default(null),
};

export const rowPageParamsSchema = z
  .object({ ...place, filter: rowFilterSchema.prefault({}), first: z.int().positive(), last: z.int().positive() })
  .refine(({ first, last }) => last >= first && last - first < 500, 'at most 500 rows at once');

/** A row in a list: what is known of it, and how it begins. */
export const listedRowSchema = shownRowSchema.omit({ value: true }).extend({
  kind: z.string(),
  preview: z.string().describe('The beginning of its prompt or text.'),
  answer: z.string().describe('The beginning of what is trained, where that stands apart.'),
});
export type ListedRow = z.infer<typeof listedRowSchema>;

/** `first` counts from 1 among the rows that match; `total` counts all that do. */
export const rowPageResultSchema = z.object({ rows: z.array(listedRowSchema), first: z.int(), total: z.int() });
export type RowPage = z.infer<typeof rowPageResultSchema>;

export const facetsParamsSchema = z.object({ ...place, split: splitSchema.nullable().default(null) });

/** Rows from `from` on and below `to`; the last bin includes its `to`. */
const binSchema = z.object({ from: z.number(), to: z.number(), rows: z.int() });
export type Bin = z.infer<typeof binSchema>;
const facetSchema = z.object({ bins: z.array(binSchema), mean: z.number().nullable(), p50: z.number().nullable(), p90: z.number().nullable(), max: z.number().nullable() });
export type Facet = z.infer<typeof facetSchema>;
export const facetsResultSchema = z.object({ rows: z.int(), quality: facetSchema, tokens: facetSchema });
export type Facets = z.infer<typeof facetsResultSchema>;

export const reportParamsSchema = z.object(place);

/** What the import found, by code. `rows` are those of the version that the report names: it keeps the first 200 places. */
export const issueGroupSchema = z.object({
  code: z.string(),
  severity: severitySchema,
  count: z.int(),
  fix: z.string().nullable(),
  places: z.array(datasetIssueSchema.pick({ file: true, line: true, column: true, path: true, message: true }).extend({ row: z.int().nullable() })),
});
export type IssueGroup = z.infer<typeof issueGroupSchema>;

export const reportResultSchema = z.object({
  dataset: datasetSummarySchema,
  versions: z.array(z.object({ version: z.int(), rows: z.int(), created: z.string() })),
  /** Null where the report was lost. */
  counts: z.object({ read: z.int(), kept: z.int(), invalid: z.int(), duplicates: z.int(), nearDuplicates: z.int(), lowQuality: z.int() }).nullable(),
  nearDuplicatesChecked: z.boolean(),
  issues: z.array(issueGroupSchema),
});
export type DatasetReport = z.infer<typeof reportResultSchema>;

export const nearPairsParamsSchema = z.object(place);

/** Two rows of one version that are nearly the same. Similarity is Jaccard's, of 5-word shingles. */
export const nearPairSchema = z.object({ first: z.int().positive(), second: z.int().positive(), similarity: z.number() });
export type NearPair = z.infer<typeof nearPairSchema>;
/** The likest first, 1000 at most; `total` counts all. */
export const nearPairsResultSchema = z.object({ pairs: z.array(nearPairSchema), total: z.int(), rows: z.int() });
export type NearPairs = z.infer<typeof nearPairsResultSchema>;
