"""import_peer.py datasets|duckdb FILE: loads the file once, with nothing checked, and prints seconds and rows."""

import json
import resource
import sys
import tempfile
import time


def load_datasets(file: str) -> int:
    from datasets import load_dataset
    from datasets.utils.logging import disable_progress_bar

    disable_progress_bar()
    with tempfile.TemporaryDirectory() as cache:
        return load_dataset("json", data_files=file, split="train", cache_dir=cache).num_rows


def load_duckdb(file: str) -> int:
    import duckdb

    connection = duckdb.connect()
    query = "CREATE TABLE rows AS SELECT * FROM read_json(?, format = 'newline_delimited', ignore_errors = true)"
    connection.execute(query, [file])
    return connection.execute("SELECT count(*) FROM rows").fetchone()[0]


def main() -> None:
    peer, file = sys.argv[1:3]
    started = time.perf_counter()
    rows = load_datasets(file) if peer == "datasets" else load_duckdb(file)
    seconds = time.perf_counter() - started
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "rows": rows, "rssBytes": rss}))


if __name__ == "__main__":
    main()
