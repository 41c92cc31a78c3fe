import { z } from 'zod';

const idSchema = z.int().nonnegative();

/** What the keeper is told. */
export const keeperRequestSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ask'),
    id: idSchema,
    /** Where the answer goes should nobody be there to take it. */
    file: z.string(),
    url: z.url(),
    method: z.string(),
    headers: z.array(z.tuple([z.string(), z.string()])),
    body: z.string().nullable(),
  }),
  /** Nobody wants the answer any more. */
  z.object({ kind: z.literal('abort'), id: idSchema }),
  /** The answer that would go to this file is in the journal. */
  z.object({ kind: z.literal('settle'), file: z.string() }),
]);
export type KeeperRequest = z.infer<typeof keeperRequestSchema>;

/** What the keeper tells: of each call a head and its pieces until `end`, or `failed` at any time. */
export const keeperReplySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('head'), id: idSchema, status: z.int(), headers: z.array(z.tuple([z.string(), z.string()])) }),
  z.object({ kind: z.literal('piece'), id: idSchema, base64: z.base64() }),
  z.object({ kind: z.literal('end'), id: idSchema }),
  z.object({ kind: z.literal('failed'), id: idSchema, message: z.string(), code: z.string().nullable() }),
]);
export type KeeperReply = z.infer<typeof keeperReplySchema>;
