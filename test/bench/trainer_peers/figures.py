"""Figures of the trainer's benchmarks: medians, run files, and where results go."""

from __future__ import annotations

import json
import pathlib
import statistics
from typing import Any

RESULTS = pathlib.Path(__file__).resolve().parents[1] / "results"


def median(values: list[float]) -> float:
    return statistics.median(values)


def write_results(name: str, value: dict[str, Any]) -> None:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(value, indent=2) + "\n")
    print(f"written: {path}")


def run_file(model: str, **changes: Any) -> dict[str, Any]:
    """A run as the backend resolves it: LoRA r 16 on all linear layers, everything a benchmark varies on top."""
    config: dict[str, Any] = {
        "method": "sft",
        "seed": 0,
        "epochs": 1000,
        "maxSteps": None,
        "learningRate": 2e-4,
        "schedule": "constant",
        "warmupRatio": 0,
        "minLearningRateRatio": 0.1,
        "weightDecay": 0,
        "maxGradNorm": 1,
        "maxLength": 1024,
        "overlong": "drop",
        "packing": True,
        "tokensPerStep": 1024,
        "microBatchTokens": None,
        "lora": {"rank": 16, "alpha": 32, "targetModules": "all-linear", "lastLayers": None},
        "prefixCache": {"mode": "auto", "memoryBytes": 2**31, "diskBytes": 2**33},
        "gradientCheckpointing": "auto",
        "precision": "auto",
        "device": "auto",
        "threads": None,
        "validateEverySteps": None,
        "earlyStopping": {"enabled": False, "patience": 3, "minDelta": 0},
        "checkpoints": {"everySteps": None, "everySeconds": 1e6, "keepLast": 1},
        "publishBest": False,
        "telemetrySeconds": 0,
    }
    config |= changes
    identity = {
        "id": "bench",
        "path": model,
        "architecture": "LlamaForCausalLM",
        "revision": None,
        "sha256": "0" * 64,
        "tokenizerSha256": "0" * 64,
        "templateSha256": None,
        "vocabularySize": 49152,
        "layers": 30,
        "contextLength": 8192,
        "parameters": 134515008,
    }
    dataset = {
        "id": "ds_bench",
        "version": 1,
        "sha256": "0" * 64,
        "rowsPath": "rows.jsonl",
        "trainSplit": "data/train.idx",
        "validationSplit": "data/validation.idx",
    }
    return {
        "v": 1,
        "runId": "run_bench",
        "config": config,
        "configHash": "0",
        "gitCommit": None,
        "model": identity,
        "dataset": dataset,
        "startFrom": None,
        "versions": {},
    }
