-- The Camp. Ids of inputs, executions, artifacts, evaluations and evolutions are unique within a session, so that a
-- session's file can be taken in anywhere. What a person or a model said is never changed: triggers hold that, and only a
-- session that was removed loses its rows.

-- Texts by the SHA-256 of their UTF-8: artifacts, definitions, traces, answers of models, events.
CREATE TABLE payloads (
  sha256   TEXT PRIMARY KEY,
  content  TEXT NOT NULL,
  bytes    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  id                TEXT PRIMARY KEY,
  name              TEXT NOT NULL,
  need              TEXT NOT NULL,
  constraints_text  TEXT NOT NULL,
  mode              TEXT NOT NULL CHECK (mode IN ('quickstart', 'training')),
  stage             TEXT NOT NULL CHECK (stage IN ('draft', 'confirmed', 'active')),
  promoted_session  TEXT,
  promoted_version  INTEGER,
  promoted_kind     TEXT,
  model             TEXT NOT NULL,
  trainer_model     TEXT NOT NULL,
  judge_model       TEXT,
  cost_cap_usd      REAL,
  strategies_json   TEXT NOT NULL,
  -- Calls of a session that was taken in from a file; those made here are in model_calls.
  spent_before_json TEXT NOT NULL,
  created_at        TEXT NOT NULL,
  updated_at        TEXT NOT NULL,
  -- Newest event that the session's file tells of, and the file's hash as it was written.
  saved_seq         INTEGER NOT NULL DEFAULT 0,
  saved_sha256      TEXT,
  removed_at        TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_creation ON sessions (created_at, id);

CREATE TABLE lineages (
  session_id         TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  label              TEXT NOT NULL CHECK (label IN ('A', 'B', 'C', 'D')),
  strategy_tag       TEXT NOT NULL,
  approach           TEXT NOT NULL,
  is_locked          INTEGER NOT NULL DEFAULT 0,
  directive_sticky   TEXT,
  directive_oneshot  TEXT,
  cycle              INTEGER NOT NULL DEFAULT 0,
  problem_json       TEXT,
  -- How often its present step has failed: what is sampled anew must not be sampled the same.
  tries              INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (session_id, label)
) STRICT, WITHOUT ROWID;

-- Cycles that were opened, and who was locked when a cycle was scored.
CREATE TABLE cycles (
  session_id  TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  number      INTEGER NOT NULL,
  PRIMARY KEY (session_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE cycle_locks (
  session_id  TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  cycle       INTEGER NOT NULL,
  label       TEXT NOT NULL,
  PRIMARY KEY (session_id, cycle, label)
) STRICT, WITHOUT ROWID;

CREATE TABLE agent_definitions (
  session_id         TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  label              TEXT NOT NULL,
  version            INTEGER NOT NULL,
  parent_version     INTEGER,
  origin             TEXT NOT NULL,
  definition_sha256  TEXT NOT NULL REFERENCES payloads (sha256),
  created_at         TEXT,
  PRIMARY KEY (session_id, label, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX agent_definitions_by_payload ON agent_definitions (definition_sha256);

CREATE TABLE inputs (
  session_id   TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  id           TEXT NOT NULL,
  number       INTEGER NOT NULL,
  split        TEXT NOT NULL CHECK (split IN ('train', 'heldOut')),
  text_sha256  TEXT NOT NULL REFERENCES payloads (sha256),
  PRIMARY KEY (session_id, id),
  UNIQUE (session_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX inputs_by_payload ON inputs (text_sha256);

CREATE TABLE artifacts (
  session_id      TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  id              TEXT NOT NULL,
  content_sha256  TEXT NOT NULL REFERENCES payloads (sha256),
  PRIMARY KEY (session_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX artifacts_by_payload ON artifacts (content_sha256);

CREATE TABLE executions (
  session_id         TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  id                 TEXT NOT NULL,
  label              TEXT NOT NULL,
  version            INTEGER NOT NULL,
  input_id           TEXT NOT NULL,
  cycle              INTEGER NOT NULL,
  attempt            INTEGER NOT NULL,
  state              TEXT NOT NULL CHECK (state IN ('running', 'completed', 'failed', 'cancelled')),
  model              TEXT NOT NULL,
  parameters_json    TEXT NOT NULL,
  prompt_sha256      TEXT,
  prompt_tokens      INTEGER,
  completion_tokens  INTEGER,
  seconds            REAL,
  cost_usd           REAL,
  error_json         TEXT,
  artifact_id        TEXT,
  trace_sha256       TEXT REFERENCES payloads (sha256),
  created_at         TEXT,
  PRIMARY KEY (session_id, id),
  UNIQUE (session_id, label, version, input_id, cycle, attempt),
  -- A failed call never becomes content.
  CHECK ((artifact_id IS NOT NULL) = (state = 'completed')),
  FOREIGN KEY (session_id, input_id) REFERENCES inputs (session_id, id) ON DELETE CASCADE,
  FOREIGN KEY (session_id, artifact_id) REFERENCES artifacts (session_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX executions_by_payload ON executions (trace_sha256);

CREATE TABLE standings (
  session_id    TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  cycle         INTEGER NOT NULL,
  label         TEXT NOT NULL,
  input_id      TEXT NOT NULL,
  execution_id  TEXT NOT NULL,
  PRIMARY KEY (session_id, cycle, label, input_id),
  FOREIGN KEY (session_id, input_id) REFERENCES inputs (session_id, id) ON DELETE CASCADE,
  FOREIGN KEY (session_id, execution_id) REFERENCES executions (session_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE evaluations (
  seq          INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id   TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  id           TEXT NOT NULL,
  artifact_id  TEXT NOT NULL,
  cycle        INTEGER NOT NULL,
  score        INTEGER NOT NULL CHECK (score BETWEEN 1 AND 10),
  comment      TEXT NOT NULL,
  evaluator    TEXT NOT NULL CHECK (evaluator IN ('user', 'judge')),
  judge_model  TEXT,
  created_at   TEXT NOT NULL,
  UNIQUE (session_id, id),
  FOREIGN KEY (session_id, artifact_id) REFERENCES artifacts (session_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE quickstart_feedback (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id  TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  version     INTEGER NOT NULL,
  text        TEXT NOT NULL,
  created_at  TEXT NOT NULL
) STRICT;
CREATE INDEX quickstart_feedback_by_session ON quickstart_feedback (session_id);

CREATE TABLE evolution_records (
  session_id      TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  id              TEXT NOT NULL,
  label           TEXT NOT NULL,
  to_cycle        INTEGER NOT NULL,
  parent_version  INTEGER NOT NULL,
  version         INTEGER NOT NULL,
  -- As protocol/camp.ts has a record: analysis, credit, plan, applied diff, model, tokens, cost.
  record_json     TEXT NOT NULL,
  PRIMARY KEY (session_id, id),
  UNIQUE (session_id, label, version)
) STRICT, WITHOUT ROWID;

-- Everything above as it happened.
CREATE TABLE training_events (
  seq             INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id      TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  kind            TEXT NOT NULL,
  payload_sha256  TEXT NOT NULL REFERENCES payloads (sha256),
  at              TEXT NOT NULL
) STRICT;
CREATE INDEX training_events_by_session ON training_events (session_id, seq);
CREATE INDEX training_events_by_payload ON training_events (payload_sha256);

-- The journal of calls. An answer that was paid is taken from here instead of being asked again: by what the call was for,
-- the hash of its request, and the how-manieth equal request it was.
CREATE TABLE model_calls (
  seq                INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id         TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  scope              TEXT NOT NULL,
  request_sha256     TEXT NOT NULL,
  ordinal            INTEGER NOT NULL,
  -- 0: the answer was of no use, and a further try asks again.
  is_usable          INTEGER NOT NULL,
  answer_sha256      TEXT REFERENCES payloads (sha256),
  model              TEXT NOT NULL,
  prompt_tokens      INTEGER,
  completion_tokens  INTEGER,
  cost_usd           REAL,
  error_code         TEXT,
  at                 TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX model_calls_by_request ON model_calls (session_id, scope, request_sha256, ordinal) WHERE is_usable = 1;
CREATE INDEX model_calls_by_payload ON model_calls (answer_sha256);

CREATE TRIGGER evaluations_stay BEFORE UPDATE ON evaluations BEGIN SELECT RAISE(ABORT, 'evaluations are only added'); END;
CREATE TRIGGER evaluations_last BEFORE DELETE ON evaluations WHEN (SELECT removed_at FROM sessions WHERE id = OLD.session_id) IS NULL
BEGIN SELECT RAISE(ABORT, 'evaluations are only added'); END;
CREATE TRIGGER training_events_stay BEFORE UPDATE ON training_events BEGIN SELECT RAISE(ABORT, 'events are only added'); END;
CREATE TRIGGER training_events_last BEFORE DELETE ON training_events WHEN (SELECT removed_at FROM sessions WHERE id = OLD.session_id) IS NULL
BEGIN SELECT RAISE(ABORT, 'events are only added'); END;
CREATE TRIGGER agent_definitions_stay BEFORE UPDATE ON agent_definitions BEGIN SELECT RAISE(ABORT, 'versions of agents are only added'); END;
CREATE TRIGGER artifacts_stay BEFORE UPDATE ON artifacts BEGIN SELECT RAISE(ABORT, 'artifacts are only added'); END;
CREATE TRIGGER evolution_records_stay BEFORE UPDATE ON evolution_records BEGIN SELECT RAISE(ABORT, 'records of evolution are only added'); END;
CREATE TRIGGER payloads_stay BEFORE UPDATE ON payloads BEGIN SELECT RAISE(ABORT, 'payloads are only added'); END;
CREATE TRIGGER model_calls_stay BEFORE UPDATE OF session_id, scope, request_sha256, ordinal, answer_sha256, model, prompt_tokens, completion_tokens, cost_usd, error_code, at ON model_calls
BEGIN SELECT RAISE(ABORT, 'calls are only added'); END;
CREATE TRIGGER model_calls_last BEFORE DELETE ON model_calls WHEN (SELECT removed_at FROM sessions WHERE id = OLD.session_id) IS NULL
BEGIN SELECT RAISE(ABORT, 'calls are only added'); END;
