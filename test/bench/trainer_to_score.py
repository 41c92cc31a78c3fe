"""Seconds of training until a held-out loss is reached, the same last layers trained, against TRL packed.

The target is where TRL's run ends. Time spent on measuring the loss is not counted. Telemetry on and off is compared
in alternating rounds of the same process.

usage: trainer_to_score.py [--rows N] [--epochs N] [--every N] [--model DIR] [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "trainer_peers"))

from figures import median, run_file, write_results
from peers import Worker, peer_python
from triage import conversations

CAPACITY, LAST_LAYERS, LAYERS = 768, 10, 30
MODULES = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def encode(model: pathlib.Path, is_held_out: bool, count: int, path: pathlib.Path) -> str:
    """The product's own tokens and mask, in a file that both sides read."""
    from transformers import AutoTokenizer

    from training_camp.data import Encoder

    encoder = Encoder(AutoTokenizer.from_pretrained(model, local_files_only=True), max_length=CAPACITY)
    pairs = []
    for row, messages in enumerate(conversations(is_held_out, count)):
        encoded = encoder.encode(row, {"kind": "chat", "messages": messages})
        # What the template puts behind the stop token is not trained; cut it, so that both sides see one span.
        first = encoded.trained.index(True)
        end = len(encoded.trained) - encoded.trained[::-1].index(True)
        pairs.append((encoded.ids[:end], first))
    path.write_text(json.dumps(pairs))
    return str(path)


def curve(side: Worker, every: int) -> list[tuple[float, float]]:
    """(seconds trained, held-out loss) until the run ends."""
    points, seconds = [], 0.0
    while True:
        done = side.go(steps=every, limit=False)
        seconds += done["seconds"]
        points.append((seconds, side.go(evaluate=True)["loss"]))
        if done["ended"]:
            return points


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=240)
    parser.add_argument("--epochs", type=float, default=3)
    parser.add_argument("--every", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--model", type=pathlib.Path, default=None)
    options = parser.parse_args()
    home = pathlib.Path(os.environ.get("TRAINING_CAMP_HOME", pathlib.Path.home() / ".local/share/training-camp"))
    model = options.model or home / "models" / "smollm2-135m-instruct" / "hf"
    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-score-"))
    files = {
        "pairs": encode(model, False, options.rows, folder / "train.json"),
        "heldOut": encode(model, True, 36, folder / "held-out.json"),
    }
    schedule = {"learningRate": 1e-3, "schedule": "cosine", "warmupRatio": 0.1, "minLearningRateRatio": 0}
    common = {"tokensPerStep": CAPACITY, "precision": "fp32", "device": "cpu", "threads": threads}
    lora = {"rank": 16, "alpha": 32, "targetModules": "all-linear", "lastLayers": LAST_LAYERS}
    run = run_file(str(model), epochs=options.epochs, lora=lora, **schedule, **common)
    settings = {
        "max_steps": -1,
        "num_train_epochs": options.epochs,
        "learning_rate": 1e-3,
        "lr_scheduler_type": "cosine",
        "warmup_steps": 0.1,
        "max_length": CAPACITY,
        "per_device_train_batch_size": 1,
        "packing": True,
        "gradient_checkpointing": False,
    }
    adapter = {"target_modules": MODULES, "layers_to_transform": list(range(LAYERS - LAST_LAYERS, LAYERS))}
    side = {"settings": settings, "lora": adapter, "model": str(model), "tokenizer": str(model)}
    theirs_worker = Worker(peer_python(), "trl_worker.py", {**side, "warmup": 0, "threads": threads, **files})
    theirs = curve(theirs_worker, options.every)
    theirs_worker.close()
    worker = Worker(sys.executable, "ours.py", {"run": run, **files})
    ours = curve(worker, options.every)
    worker.close()
    target = theirs[-1][1]
    reached = [next((s for s, loss in points if loss <= target), None) for points in (ours, theirs)]
    for name, points, seconds in (("Training Camp", ours, reached[0]), ("TRL packed", theirs, reached[1])):
        print(f"{name:14s} ends at loss {points[-1][1]:.4f} after {points[-1][0]:.1f} s; target reached at {seconds} s")
    ratio = None if reached[0] is None or reached[1] is None else reached[1] / reached[0]
    print(f"held-out loss {target:.4f}: Training Camp takes {'no such time' if ratio is None else f'1/{ratio:.2f}'}")
    endless = run_file(str(model), epochs=1000, lora=lora, **{**common, "telemetrySeconds": 0})
    worker = Worker(sys.executable, "ours.py", {"run": endless, **files})
    speeds: dict[float, list[float]] = {0.0: [], 1.0: []}
    for _ in range(options.rounds):
        for seconds, found in speeds.items():
            done = worker.go(steps=options.every, limit=False, telemetry=seconds)
            found.append(done["tokens"] / done["seconds"])
    worker.close()
    cost = median(speeds[0.0]) / median(speeds[1.0]) - 1
    print(f"telemetry at 1 Hz costs {cost:.2%}")
    figures = {"target": target, "ours": ours, "trlPacked": theirs, "ratio": ratio, "telemetryCost": cost}
    write_results("trainer_to_score", figures)


main()
