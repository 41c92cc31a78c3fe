-- Generated: the schema after migration 4.

CREATE UNIQUE INDEX adapters_by_run ON adapters (run_id) WHERE run_id IS NOT NULL AND removed_at IS NULL;

CREATE INDEX agent_definitions_by_payload ON agent_definitions (definition_sha256);

CREATE INDEX artifacts_by_payload ON artifacts (content_sha256);

CREATE INDEX executions_by_payload ON executions (trace_sha256);

CREATE INDEX inputs_by_payload ON inputs (text_sha256);

CREATE INDEX jobs_by_queue ON jobs (status, position);

CREATE INDEX jobs_by_run ON jobs (run_id);

CREATE INDEX model_calls_by_payload ON model_calls (answer_sha256);

CREATE UNIQUE INDEX model_calls_by_request ON model_calls (session_id, scope, request_sha256, ordinal) WHERE is_usable = 1;

CREATE INDEX quickstart_feedback_by_session ON quickstart_feedback (session_id);

CREATE INDEX runs_by_creation ON runs (created_at, id);

CREATE INDEX sessions_by_creation ON sessions (created_at, id);

CREATE INDEX training_events_by_payload ON training_events (payload_sha256);

CREATE INDEX training_events_by_session ON training_events (session_id, seq);

CREATE TABLE adapter_tests (
  adapter_id   TEXT NOT NULL REFERENCES adapters (id) ON DELETE CASCADE,
  tested_at    TEXT NOT NULL,
  dataset_id   TEXT NOT NULL,
  split        TEXT NOT NULL,
  verdict      TEXT NOT NULL,
  result_json  TEXT NOT NULL,
  PRIMARY KEY (adapter_id, tested_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE adapters (
  id           TEXT PRIMARY KEY,
  name         TEXT NOT NULL,
  run_id       TEXT,
  agent        TEXT,
  version      INTEGER NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('candidate', 'deployed', 'retired')),
  base_model   TEXT NOT NULL,
  base_sha256  TEXT NOT NULL,
  sha256       TEXT NOT NULL,
  has_gguf     INTEGER NOT NULL,
  size_bytes   INTEGER NOT NULL,
  path         TEXT NOT NULL,
  provenance_json TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  removed_at   TEXT
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

CREATE TABLE artifacts (
  session_id      TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  id              TEXT NOT NULL,
  content_sha256  TEXT NOT NULL REFERENCES payloads (sha256),
  PRIMARY KEY (session_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
  id             TEXT PRIMARY KEY,
  run_id         TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  job_id         TEXT,
  number         INTEGER NOT NULL,
  fencing_token  INTEGER NOT NULL,
  device         TEXT,
  process_json   TEXT,
  first_step     INTEGER NOT NULL DEFAULT 0,
  resumed_from   TEXT,
  end_reason     TEXT,
  plan_json      TEXT,
  started_at     TEXT NOT NULL,
  ended_at       TEXT,
  UNIQUE (run_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE changes (
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  topic   TEXT NOT NULL,
  id      TEXT,
  at      TEXT NOT NULL
) STRICT;

CREATE TABLE chat_messages (
  session_id    TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  number        INTEGER NOT NULL,
  -- As protocol/camp.ts has a message.
  message_json  TEXT NOT NULL,
  PRIMARY KEY (session_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE cycle_locks (
  session_id  TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  cycle       INTEGER NOT NULL,
  label       TEXT NOT NULL,
  PRIMARY KEY (session_id, cycle, label)
) STRICT, WITHOUT ROWID;

CREATE TABLE cycles (
  session_id  TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  number      INTEGER NOT NULL,
  PRIMARY KEY (session_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE dataset_versions (
  dataset_id   TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
  version      INTEGER NOT NULL,
  format       TEXT NOT NULL,
  rows         INTEGER NOT NULL,
  train        INTEGER NOT NULL,
  validation   INTEGER NOT NULL,
  test         INTEGER NOT NULL,
  tokens       INTEGER NOT NULL,
  quality      REAL,
  grader       TEXT NOT NULL,
  sha256       TEXT NOT NULL,
  splits_sha256 TEXT NOT NULL,
  path         TEXT NOT NULL,
  report_json  TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  PRIMARY KEY (dataset_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE datasets (
  id          TEXT PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,
  version     INTEGER NOT NULL,
  created_at  TEXT NOT NULL,
  removed_at  TEXT
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

CREATE TABLE event_offsets (
  run_id      TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  byte_offset INTEGER NOT NULL,
  last_seq    INTEGER NOT NULL,
  attempt_id  TEXT
) STRICT, WITHOUT ROWID;

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

CREATE TABLE inputs (
  session_id   TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  id           TEXT NOT NULL,
  number       INTEGER NOT NULL,
  split        TEXT NOT NULL CHECK (split IN ('train', 'heldOut')),
  text_sha256  TEXT NOT NULL REFERENCES payloads (sha256),
  PRIMARY KEY (session_id, id),
  UNIQUE (session_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
  id             TEXT PRIMARY KEY,
  kind           TEXT NOT NULL,
  run_id         TEXT,
  lane           TEXT NOT NULL,
  priority       TEXT NOT NULL CHECK (priority IN ('high', 'normal', 'low')),
  position       REAL NOT NULL,
  status         TEXT NOT NULL CHECK (status IN ('queued', 'processing', 'completed', 'failed', 'skipped')),
  reason         TEXT,
  payload_json   TEXT NOT NULL,
  config_hash    TEXT,
  git_commit     TEXT,
  attempts       INTEGER NOT NULL DEFAULT 0,
  max_attempts   INTEGER NOT NULL,
  not_before     TEXT,
  fencing_token  INTEGER NOT NULL DEFAULT 0,
  claimed_by     TEXT,
  stop_request   TEXT CHECK (stop_request IN ('stop', 'discard')),
  created_at     TEXT NOT NULL,
  started_at     TEXT,
  ended_at       TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE leases (
  name           TEXT PRIMARY KEY,
  holder_json    TEXT,
  fencing_token  INTEGER NOT NULL,
  heartbeat      INTEGER NOT NULL,
  handover       INTEGER NOT NULL DEFAULT 0,
  updated_at     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE TABLE metric_blocks (
  series_id     INTEGER NOT NULL,
  first_index   INTEGER NOT NULL,
  block_blob    BLOB NOT NULL,
  PRIMARY KEY (series_id, first_index),
  FOREIGN KEY (series_id, first_index) REFERENCES metric_chunks (series_id, first_index) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE metric_chunks (
  series_id     INTEGER NOT NULL REFERENCES metric_series (id) ON DELETE CASCADE,
  first_index   INTEGER NOT NULL,
  points        INTEGER NOT NULL,
  first_step    REAL NOT NULL,
  last_step     REAL NOT NULL,
  first_time    REAL NOT NULL,
  first_value   REAL,
  last_value    REAL,
  low           REAL,
  high          REAL,
  total         REAL NOT NULL,
  finite        INTEGER NOT NULL,
  value_blob    BLOB NOT NULL,
  time_blob     BLOB NOT NULL,
  step_blob     BLOB,
  PRIMARY KEY (series_id, first_index)
) STRICT;

CREATE TABLE metric_series (
  id          INTEGER PRIMARY KEY,
  run_id      TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  attempt_id  TEXT NOT NULL,
  key         TEXT NOT NULL,
  UNIQUE (run_id, key, attempt_id)
) STRICT;

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

CREATE TABLE payloads (
  sha256   TEXT PRIMARY KEY,
  content  TEXT NOT NULL,
  bytes    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE quickstart_feedback (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id  TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  version     INTEGER NOT NULL,
  text        TEXT NOT NULL,
  created_at  TEXT NOT NULL
) STRICT;

CREATE TABLE run_events (
  run_id      TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  attempt_id  TEXT NOT NULL,
  seq         INTEGER NOT NULL,
  kind        TEXT NOT NULL,
  at          REAL NOT NULL,
  event_json  TEXT NOT NULL,
  PRIMARY KEY (run_id, attempt_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
  id                    TEXT PRIMARY KEY,
  job_id                TEXT,
  state                 TEXT NOT NULL CHECK (state IN ('queued', 'starting', 'running', 'stopping', 'completed', 'cancelled', 'failed', 'interrupted')),
  reason                TEXT,
  message               TEXT,
  hint                  TEXT,
  method                TEXT NOT NULL,
  model                 TEXT NOT NULL,
  model_sha256          TEXT NOT NULL,
  dataset_id            TEXT NOT NULL,
  dataset_version       INTEGER NOT NULL,
  agent                 TEXT,
  parent_run_id         TEXT,
  phase                 TEXT,
  step                  INTEGER NOT NULL DEFAULT 0,
  total_steps           INTEGER,
  epoch                 REAL,
  loss                  REAL,
  validation_loss       REAL,
  best_validation_loss  REAL,
  tokens_per_second     REAL,
  step_seconds          REAL,
  broken_events         INTEGER NOT NULL DEFAULT 0,
  device                TEXT,
  adapter_id            TEXT,
  config_hash           TEXT NOT NULL,
  git_commit            TEXT,
  path                  TEXT NOT NULL,
  created_at            TEXT NOT NULL,
  started_at            TEXT,
  ended_at              TEXT
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

CREATE TABLE settings (
  key         TEXT PRIMARY KEY,
  value_json  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE TABLE training_events (
  seq             INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id      TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  kind            TEXT NOT NULL,
  payload_sha256  TEXT NOT NULL REFERENCES payloads (sha256),
  at              TEXT NOT NULL
) STRICT;

CREATE TRIGGER agent_definitions_stay BEFORE UPDATE ON agent_definitions BEGIN SELECT RAISE(ABORT, 'versions of agents are only added'); END;

CREATE TRIGGER artifacts_stay BEFORE UPDATE ON artifacts BEGIN SELECT RAISE(ABORT, 'artifacts are only added'); END;

CREATE TRIGGER evaluations_last BEFORE DELETE ON evaluations WHEN (SELECT removed_at FROM sessions WHERE id = OLD.session_id) IS NULL
BEGIN SELECT RAISE(ABORT, 'evaluations are only added'); END;

CREATE TRIGGER evaluations_stay BEFORE UPDATE ON evaluations BEGIN SELECT RAISE(ABORT, 'evaluations are only added'); END;

CREATE TRIGGER evolution_records_stay BEFORE UPDATE ON evolution_records BEGIN SELECT RAISE(ABORT, 'records of evolution are only added'); END;

CREATE TRIGGER model_calls_last BEFORE DELETE ON model_calls WHEN (SELECT removed_at FROM sessions WHERE id = OLD.session_id) IS NULL
BEGIN SELECT RAISE(ABORT, 'calls are only added'); END;

CREATE TRIGGER model_calls_stay BEFORE UPDATE OF session_id, scope, request_sha256, ordinal, answer_sha256, model, prompt_tokens, completion_tokens, cost_usd, error_code, at ON model_calls
BEGIN SELECT RAISE(ABORT, 'calls are only added'); END;

CREATE TRIGGER payloads_stay BEFORE UPDATE ON payloads BEGIN SELECT RAISE(ABORT, 'payloads are only added'); END;

CREATE TRIGGER training_events_last BEFORE DELETE ON training_events WHEN (SELECT removed_at FROM sessions WHERE id = OLD.session_id) IS NULL
BEGIN SELECT RAISE(ABORT, 'events are only added'); END;

CREATE TRIGGER training_events_stay BEFORE UPDATE ON training_events BEGIN SELECT RAISE(ABORT, 'events are only added'); END;
