import { createHash } from 'node:crypto';
import type { Store } from '../db.ts';

/** Stores a text once, whoever else has it, and answers its SHA-256. */
export function putPayload(store: Store, content: string): string {
  const bytes = Buffer.from(content, 'utf8');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  // A lone surrogate is stored as it is hashed, as the replacement character.
  store.db.prepare<[string, string, number]>('INSERT INTO payloads (sha256, content, bytes) VALUES (?, ?, ?) ON CONFLICT (sha256) DO NOTHING').run(sha256, bytes.toString('utf8'), bytes.length);
  return sha256;
}

/** Drops texts that nothing refers to any more. */
export function dropUnusedPayloads(store: Store): void {
  store.db
    .prepare(
      `DELETE FROM payloads WHERE NOT EXISTS (SELECT 1 FROM agent_definitions WHERE definition_sha256 = payloads.sha256)
         AND NOT EXISTS (SELECT 1 FROM inputs WHERE text_sha256 = payloads.sha256)
         AND NOT EXISTS (SELECT 1 FROM artifacts WHERE content_sha256 = payloads.sha256)
         AND NOT EXISTS (SELECT 1 FROM executions WHERE trace_sha256 = payloads.sha256)
         AND NOT EXISTS (SELECT 1 FROM training_events WHERE payload_sha256 = payloads.sha256)
         AND NOT EXISTS (SELECT 1 FROM model_calls WHERE answer_sha256 = payloads.sha256)`,
    )
    .run();
}
