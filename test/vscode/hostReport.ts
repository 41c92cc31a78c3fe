import { z } from 'zod';

/**
 * A line of the file that TEST_RESULTS names, written as the host's tests go. A crashed host exits with 0 like a good
 * one: only the closing line says that all tests were run, and the last `started` which test took the host with it.
 */
export const hostLineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), title: z.string() }),
  z.object({ kind: z.literal('passed'), title: z.string(), ms: z.number() }),
  z.object({ kind: z.literal('failed'), title: z.string(), error: z.string() }),
  z.object({ kind: z.literal('skipped'), title: z.string() }),
  z.object({ kind: z.literal('ended') }),
]);
export type HostLine = z.infer<typeof hostLineSchema>;
