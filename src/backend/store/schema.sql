-- Generated: the schema after migration 2.

CREATE UNIQUE INDEX adapters_by_run ON adapters (run_id) WHERE run_id IS NOT NULL AND removed_at IS NULL;

CREATE INDEX jobs_by_queue ON jobs (status, position);

CREATE INDEX jobs_by_run ON jobs (run_id);

CREATE INDEX runs_by_creation ON runs (created_at, id);

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

CREATE TABLE event_offsets (
  run_id      TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  byte_offset INTEGER NOT NULL,
  last_seq    INTEGER NOT NULL,
  attempt_id  TEXT
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

CREATE TABLE settings (
  key         TEXT PRIMARY KEY,
  value_json  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
