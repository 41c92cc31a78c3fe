import { z } from 'zod';

/** One secret in the keyring: the program that it belongs to, and for Training Camp the origin that it is a key for. */
const itemSchema = z.object({ service: z.string().min(1), account: z.string().min(1) });
export type KeyringItem = z.infer<typeof itemSchema>;

/** The one thing that the keyring's program is told in its life. */
export const keyringRequestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('keep'), item: itemSchema, key: z.string().min(1) }),
  z.object({ kind: z.literal('read'), item: itemSchema }),
  z.object({ kind: z.literal('forget'), item: itemSchema }),
]);
export type KeyringRequest = z.infer<typeof keyringRequestSchema>;

/** What it answers before it ends. */
export const keyringReplySchema = z.discriminatedUnion('kind', [
  /** What the keyring says; whether it is so, another process finds out. */
  z.object({ kind: z.literal('kept') }),
  /** Null: the keyring has no such secret. */
  z.object({ kind: z.literal('read'), key: z.string().nullable() }),
  z.object({ kind: z.literal('forgotten'), wasThere: z.boolean() }),
  /** A clause that goes on from “because”. */
  z.object({ kind: z.literal('failed'), reason: z.string() }),
]);
export type KeyringReply = z.infer<typeof keyringReplySchema>;
