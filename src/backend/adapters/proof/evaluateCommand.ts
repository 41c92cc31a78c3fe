import { z } from 'zod';
import { runTrainerCommand, type TrainerProgress } from '../../platform/trainerCommand.ts';

/** A row by its place in rows.jsonl, in bytes. */
export interface RowPlace {
  row: number;
  offset: number;
  length: number;
}

/** Request of the trainer's `evaluate` (src/trainer/training_camp/evaluate.py has the same shape). */
export interface EvaluateRequest {
  model: string;
  adapter: string;
  rowsPath: string;
  rows: RowPlace[];
  validationIndex: string | null;
  variants: { name: 'base' | 'fewShot' | 'tuned'; useAdapter: boolean; examples: RowPlace[] }[];
  base: { sha256: string; vocabularySize: number; templateSha256: string | null };
  maxNewTokens: number;
  seed: number;
}

const perplexitySchema = z.object({ value: z.number().nullable(), interval: z.tuple([z.number().nullable(), z.number().nullable()]) });
const sideScoresSchema = z.object({ chosen: z.number().nullable(), rejected: z.number().nullable() });
const evaluationSchema = z.looseObject({
  device: z.string(),
  integrity: z.object({ isFinite: z.boolean(), tensors: z.int(), baseMatches: z.boolean().nullable(), problems: z.array(z.string()) }),
  active: z.object({ isActive: z.boolean(), maxLogitDifference: z.number().nullable() }),
  perplexity: z
    .object({ documents: z.int(), tokens: z.int(), base: perplexitySchema.nullable(), tuned: perplexitySchema.nullable() })
    .nullable(),
  preferences: z
    .array(z.object({ row: z.int(), base: sideScoresSchema, tuned: sideScoresSchema }))
    .nullable()
    .describe('Log-probability per token of the answers of each pair; null where the rows are no preferences.'),
  rows: z.array(z.object({ row: z.int(), prompt: z.string(), expected: z.string() })),
  skippedRows: z.int(),
  variants: z.array(
    z.object({
      name: z.enum(['base', 'fewShot', 'tuned']),
      answers: z.array(z.object({ row: z.int(), text: z.string(), tokens: z.int(), stopped: z.boolean(), skipped: z.boolean() })),
    }),
  ),
});
export type Evaluation = z.infer<typeof evaluationSchema>;
export type VariantName = Evaluation['variants'][number]['name'];

export interface EvaluateOptions {
  python: string;
  trainerFolder: string;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onProgress: (progress: TrainerProgress) => void;
}

/** Measures base and adapter in a process of its own, so that the adapter is proved to load from disk. */
export async function evaluate(request: EvaluateRequest, options: EvaluateOptions): Promise<Evaluation> {
  return await runTrainerCommand({ ...options, command: 'evaluate', request, result: evaluationSchema });
}
