"""What telemetry at 1 Hz costs: CPU time of its own thread, and of the whole process in alternating rounds.

The thread's share is exact on a busy machine as well: it is counted by the clock of that thread alone, against the
processor time and the wall time of the steps beside it. Rounds with and without telemetry train the same steps.

usage: telemetry.py [--rounds N] [--steps N] [--model DIR]
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "trainer_peers"))

from figures import median, run_file, write_results
from peers import Worker


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--model", type=pathlib.Path, default=None)
    options = parser.parse_args()
    home = pathlib.Path(os.environ.get("TRAINING_CAMP_HOME", pathlib.Path.home() / ".local/share/training-camp"))
    model = options.model or home / "models" / "smollm2-135m-instruct" / "hf"
    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    run = run_file(str(model), tokensPerStep=1024, precision="fp32", device="cpu", threads=threads)
    work = {"documents": 1000, "promptShare": 0.0, "longest": 512}
    worker = Worker(sys.executable, "ours.py", {"run": run, **work})
    worker.go(steps=2, limit=False)
    rounds: dict[float, list[dict[str, float]]] = {0.0: [], 1.0: []}
    for number in range(options.rounds):
        # ABBA: a machine that grows slower or faster meanwhile does not favour a side.
        for seconds in (0.0, 1.0) if number % 2 == 0 else (1.0, 0.0):
            rounds[seconds].append(worker.go(steps=options.steps, limit=False, telemetry=seconds))
    worker.close()
    on = rounds[1.0]
    own = sum(found["telemetryCpuSeconds"] for found in on)
    samples = sum(found["samples"] for found in on)
    of_cpu = own / sum(found["cpuSeconds"] for found in on)
    of_wall = own / sum(found["seconds"] for found in on)
    cpu_per_token = {side: median([f["cpuSeconds"] / f["tokens"] for f in found]) for side, found in rounds.items()}
    paired = cpu_per_token[1.0] / cpu_per_token[0.0] - 1
    print(f"{samples:.0f} samples at 1 Hz, {1000 * own / max(1.0, samples):.2f} ms of CPU time each")
    print(f"the thread's CPU time: {of_cpu:.3%} of the process's, {of_wall:.3%} of one core's (aim ≤ 1 %)")
    print(f"CPU time per token with against without, medians of {options.rounds} rounds each: {paired:+.2%}")
    figures = {"samples": samples, "ofCpu": of_cpu, "ofWall": of_wall, "pairedCpu": paired, "rounds": rounds}
    write_results("telemetry", figures)


main()
