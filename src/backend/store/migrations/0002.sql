-- Blocks of 64 points within a chunk, so that a long series is drawn without its points. Little-endian float64 in
-- columns: first and last step, first time, minimum, maximum, total and number of the finite values. A chunk of few
-- points, or of an older version, has none and is drawn from its points.
CREATE TABLE metric_blocks (
  series_id     INTEGER NOT NULL,
  first_index   INTEGER NOT NULL,
  block_blob    BLOB NOT NULL,
  PRIMARY KEY (series_id, first_index),
  FOREIGN KEY (series_id, first_index) REFERENCES metric_chunks (series_id, first_index) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
