"""TensorBoard's side of the metrics benchmark: writes a series as an event file, or loads it as its server does."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def write(folder: Path, count: int) -> None:
    """One scalar per step, in TensorBoard's own format."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    writer = EventFileWriter(str(folder), max_queue_size=10_000)
    for step in range(1, count + 1):
        value = -1000.0 if step == -(-count // 3) else 1000.0 if step == -(-count // 2) else 1 / step
        summary = Summary(value=[Summary.Value(tag="loss", simple_value=value)])
        writer.add_event(Event(wall_time=1_700_000_000 + step, step=step, summary=summary))
    writer.close()


def load(folder: Path) -> dict[str, float]:
    """From the files to the points of the series, none left out."""
    from tensorboard.backend.event_processing.event_accumulator import SCALARS, EventAccumulator

    start = time.perf_counter()
    accumulator = EventAccumulator(str(folder), size_guidance={SCALARS: 0})
    accumulator.Reload()
    points = accumulator.Scalars("loss")
    seconds = time.perf_counter() - start
    values = [point.value for point in points]
    return {"points": len(points), "buckets": len(points), "seconds": seconds, "min": min(values), "max": max(values)}


def main() -> None:
    """`write FOLDER COUNT` or `load FOLDER`."""
    folder = Path(sys.argv[2])
    if sys.argv[1] == "write":
        write(folder, int(sys.argv[3]))
        print(json.dumps({}))
    else:
        print(json.dumps(load(folder)))


if __name__ == "__main__":
    main()
