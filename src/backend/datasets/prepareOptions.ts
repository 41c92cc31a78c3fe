import { z } from 'zod';
import { datasetNamePattern, datasetNameRule, datasetFormatSchema, dedupeModeSchema, graderNameSchema } from '../../protocol/datasets.ts';
import type { SplitShares } from './import/splits.ts';

/** Shown to people, and no more: ids and paths are made by us. */
export const datasetNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(datasetNamePattern, datasetNameRule);

/** `train=0.8,validation=0.1,test=0.1`; splits that are not named get nothing. */
export const splitSharesSchema = z
  .string()
  .transform((text, context): SplitShares => {
    const shares: SplitShares = { train: 0, validation: 0, test: 0 };
    for (const part of text.split(',')) {
      const [name, value] = part.split('=').map((piece) => piece.trim());
      const share = Number(value);
      if ((name !== 'train' && name !== 'validation' && name !== 'test') || value === undefined || value === '' || !(share >= 0 && share <= 1)) {
        context.addIssue({ code: 'custom', message: `expected train=0.8,validation=0.1,test=0.1, got “${part}”` });
        return z.NEVER;
      }
      shares[name] = share;
    }
    const total = shares.train + shares.validation + shares.test;
    if (Math.abs(total - 1) > 1e-6) {
      context.addIssue({ code: 'custom', message: `the shares add up to ${String(Number(total.toFixed(6)))}, they must add up to 1` });
      return z.NEVER;
    }
    return shares;
  });

/** What `training prepare` takes. Every default is here. */
export const prepareOptionsSchema = z.object({
  paths: z.array(z.string().min(1)).min(1),
  plan: z.boolean().default(false),
  name: datasetNameSchema.optional(),
  format: datasetFormatSchema.optional(),
  minQuality: z.coerce.number().min(0).max(10).default(0),
  dedupe: dedupeModeSchema.default('exact'),
  split: splitSharesSchema.prefault('train=0.8,validation=0.1,test=0.1'),
  seed: z.coerce.number().int().min(0).max(2 ** 31 - 1).default(0),
  /** `target=source`, see formats/mapping.ts. */
  map: z.array(z.string()).default([]),
  grader: graderNameSchema.default('none'),
  strict: z.boolean().default(false),
  maxIssues: z.coerce.number().int().min(0).max(1_000_000).default(1000),
});
export type PrepareOptions = z.output<typeof prepareOptionsSchema>;
