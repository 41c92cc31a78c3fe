-- The conversation of a session with its trainer.
CREATE TABLE chat_messages (
  session_id    TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  number        INTEGER NOT NULL,
  -- As protocol/camp.ts has a message.
  message_json  TEXT NOT NULL,
  PRIMARY KEY (session_id, number)
) STRICT, WITHOUT ROWID;
