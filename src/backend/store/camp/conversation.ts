import type { ChatMessage } from '../../../protocol/camp.ts';
import type { SessionId } from '../../../protocol/ids.ts';
import type { Store } from '../db.ts';

/** Messages as JSON, oldest first. */
export function chatRows(store: Store, session: SessionId): string[] {
  return store.db
    .prepare<[string], { json: string }>('SELECT message_json AS json FROM chat_messages WHERE session_id = ? ORDER BY number')
    .all(session)
    .map(({ json }) => json);
}

export function insertChatMessage(store: Store, session: SessionId, message: ChatMessage): void {
  store.db.prepare<[string, number, string]>('INSERT INTO chat_messages (session_id, number, message_json) VALUES (?, ?, ?)').run(session, message.number, JSON.stringify(message));
}
