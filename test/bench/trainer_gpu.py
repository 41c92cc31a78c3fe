"""Tokens/s, TFLOP/s at 4 FLOP per parameter and token, and peak memory of Llama shapes with random weights on CUDA,
against TRL in the same call.

usage: trainer_gpu.py [--shapes 1b,8b] [--rounds N] [--steps N] [--tokens N]
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "trainer_peers"))

import torch
from figures import median, run_file, write_results
from peers import Worker, peer_python

COMMON = {"vocab_size": 128256, "num_key_value_heads": 8, "max_position_embeddings": 8192, "use_cache": False}
SHAPES = {
    "1b": {
        **COMMON,
        "hidden_size": 2048,
        "intermediate_size": 8192,
        "num_hidden_layers": 16,
        "num_attention_heads": 32,
        "tie_word_embeddings": True,
    },
    "8b": {
        **COMMON,
        "hidden_size": 4096,
        "intermediate_size": 14336,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "tie_word_embeddings": False,
    },
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shapes", default="1b,8b")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=16384)
    parser.add_argument("--tokenizer", type=pathlib.Path, default=None)
    options = parser.parse_args()
    if not torch.cuda.is_available():
        print("no CUDA device: nothing was measured", file=sys.stderr)
        return 1
    home = pathlib.Path(os.environ.get("TRAINING_CAMP_HOME", pathlib.Path.home() / ".local/share/training-camp"))
    tokenizer = str(options.tokenizer or home / "models" / "smollm2-135m-instruct" / "hf")
    results = {}
    for shape in options.shapes.split(","):
        results[shape] = measure(shape, options, tokenizer)
    write_results("trainer_gpu", {"device": torch.cuda.get_device_name(), "shapes": results})
    return 0


def measure(shape: str, options: argparse.Namespace, tokenizer: str) -> dict[str, object]:
    """One side after the other: two models of 8B do not always fit side by side."""
    work = {"shape": SHAPES[shape], "documents": 2000, "promptShare": 0.5, "longest": 2048}
    peer = {"tokenizer": tokenizer, "model": "", "warmup": 2, "threads": 1, **work}
    run = run_file("", tokensPerStep=options.tokens, maxLength=2048, device="cuda")
    packed = {"max_length": 2048, "packing": True, "per_device_train_batch_size": options.tokens // 2048}
    sides = {
        "Training Camp": (sys.executable, "ours.py", {"run": run, **work}),
        "TRL default": (peer_python(), "trl_worker.py", {"settings": {"max_length": 2048}, **peer}),
        "TRL packed": (
            peer_python(),
            "trl_worker.py",
            {"settings": {**packed, "gradient_checkpointing": False}, **peer},
        ),
    }
    speeds: dict[str, object] = {}
    for name, (python, script, settings) in sides.items():
        try:
            worker = Worker(python, script, settings)
            worker.go(steps=2)
            rounds = [worker.go(steps=options.steps) for _ in range(options.rounds)]
            worker.close()
        except RuntimeError as error:
            print(f"{shape} {name:14s} failed: {error}")
            continue
        speed = median([r["tokens"] / r["seconds"] for r in rounds])
        peak = max(r["peakBytes"] for r in rounds)
        flops = median([r["flops"] for r in rounds]) if "flops" in rounds[0] else None
        tera = "" if flops is None else f"{flops / 1e12:7.1f} TFLOP/s"
        print(f"{shape} {name:14s} {speed:10.0f} tokens/s {tera} peak {peak / 2**30:.1f} GiB")
        speeds[name] = {"tokensPerSecond": speed, "peakBytes": peak, "flops": flops}
    return speeds


sys.exit(main())
