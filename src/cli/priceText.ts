import type { z } from 'zod';
import type { priceSchema } from '../protocol/providers.ts';

/** `$0.15 in, $0.60 out`; a price that is not known is said to be so. */
export function priceText(price: z.infer<typeof priceSchema> | null): string {
  if (price === null) return 'unknown';
  if (price.inputUsd === 0 && price.outputUsd === 0) return 'none';
  return `$${String(price.inputUsd)} in, $${String(price.outputUsd)} out (${price.date})`;
}
