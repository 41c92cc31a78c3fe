"""Real tokens a second on the built-in model, against TRL and against the matmul limit of the same process.

usage: trainer.py [--rounds N] [--steps N] [--model DIR] [--profile]
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "trainer_peers"))

from figures import median, run_file, write_results
from peers import Worker, peer_python

CAPACITY = 1024
PEERS = {
    "TRL default": {"max_length": 512, "per_device_train_batch_size": 8},
    "TRL packed": {
        "max_length": CAPACITY,
        "per_device_train_batch_size": 1,
        "packing": True,
        "gradient_checkpointing": False,
    },
    "TRL best (by length)": {
        "max_length": 512,
        "per_device_train_batch_size": 8,
        "gradient_checkpointing": False,
        "train_sampling_strategy": "group_by_length",
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--model", type=pathlib.Path, default=None)
    parser.add_argument("--profile", action="store_true", help="only where the time of one of our steps goes")
    parser.add_argument("--documents", type=int, default=1000)
    options = parser.parse_args()
    home = pathlib.Path(os.environ.get("TRAINING_CAMP_HOME", pathlib.Path.home() / ".local/share/training-camp"))
    model = options.model or home / "models" / "smollm2-135m-instruct" / "hf"
    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    work = {"documents": options.documents, "promptShare": 0.0, "longest": 512}
    run = run_file(str(model), tokensPerStep=CAPACITY, precision="fp32", device="cpu", threads=threads)
    sides = {"Training Camp": Worker(sys.executable, "ours.py", {"run": run, **work})}
    if options.profile:
        sides["Training Camp"].go(steps=1)
        for name, share in sides["Training Camp"].go(profile=True)["profile"][:16]:
            print(f"{share:6.1%} {name}")
        sides["Training Camp"].close()
        return
    for name, settings in PEERS.items():
        side = {"settings": settings, "model": str(model), "tokenizer": str(model), "warmup": 1, "threads": threads}
        sides[name] = Worker(peer_python(), "trl_worker.py", {**side, **work})
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in sides}
    for _ in range(options.rounds):
        for name, side in sides.items():
            rounds[name].append(side.go(steps=options.steps))
    for side in sides.values():
        side.close()
    speeds = {name: median([r["tokens"] / r["seconds"] for r in found]) for name, found in rounds.items()}
    ours = speeds["Training Camp"]
    share = median([r["flops"] / r["limit"] for r in rounds["Training Camp"]])
    for name, speed in speeds.items():
        print(f"{name:22s} {speed:8.1f} tokens/s   Training Camp is {ours / speed:.2f}x")
    print(f"{'share of matmul limit':22s} {share:8.1%} (4 FLOP per parameter and token, head on trained tokens)")
    write_results("trainer", {"tokensPerSecond": speeds, "limitShare": share, "rounds": rounds, "threads": threads})


main()
