"""Run directories as the backend writes them, and the trainer as a process of its own."""

from __future__ import annotations

import json
import os
import pathlib
import struct
import subprocess
import sys
import time

from training_camp.control import Control
from training_camp.train import run_attempt

SOURCES = pathlib.Path(__file__).resolve().parents[3] / "src" / "trainer"
WORDS = ["red", "green", "blue", "up", "down", "left", "right", "north", "south", "one", "two", "three", "four", "five"]


def training_config(**changes):
    """Small and quick; keys of groups are given as a dict that is laid over."""
    config = {
        "method": "sft",
        "seed": 0,
        "epochs": 2,
        "maxSteps": None,
        "learningRate": 1e-3,
        "schedule": "cosine",
        "warmupRatio": 0.1,
        "minLearningRateRatio": 0.1,
        "weightDecay": 0,
        "maxGradNorm": 1,
        "maxLength": 256,
        "overlong": "drop",
        "packing": True,
        "tokensPerStep": 256,
        "microBatchTokens": None,
        "lora": {"rank": 4, "alpha": 8, "targetModules": "all-linear", "lastLayers": None},
        "prefixCache": {"mode": "auto", "memoryBytes": 2**20, "diskBytes": 2**28},
        "gradientCheckpointing": "auto",
        "precision": "fp32",
        "device": "cpu",
        "threads": 1,
        "validateEverySteps": None,
        "earlyStopping": {"enabled": False, "patience": 3, "minDelta": 0},
        "checkpoints": {"everySteps": None, "everySeconds": 600, "keepLast": 2},
        "publishBest": True,
        "telemetrySeconds": 0,
        "dpo": {"beta": 0.1, "labelSmoothing": 0, "sftWeight": 1},
    }
    for key, value in changes.items():
        config[key] = {**config[key], **value} if isinstance(value, dict) else value
    return config


def rows(count):
    for index in range(count):
        question = " ".join(WORDS[(index * step) % len(WORDS)] for step in range(1, 3 + index % 9))
        yield {
            "kind": "chat",
            "messages": [
                {"role": "user", "content": f"{index} {question}"},
                {"role": "assistant", "content": " ".join(reversed(question.split()))},
            ],
        }


def preferences(count):
    """Of two orders of the same words one is preferred."""
    for index in range(count):
        words = [WORDS[(index * step) % len(WORDS)] for step in range(1, 3 + index % 5)]
        yield {
            "kind": "preference",
            "messages": [{"role": "user", "content": f"{index} {' '.join(words)}"}],
            "chosen": [{"role": "assistant", "content": f"{' '.join(reversed(words))} please"}],
            "rejected": [{"role": "assistant", "content": f"no {' '.join(words)}"}],
        }


def make_run(folder, model, *, train=40, validation=8, data=None, start_from=None, **changes):
    folder = pathlib.Path(folder)
    (folder / "data").mkdir(parents=True)
    data = list(rows(train + validation)) if data is None else data
    entries = []
    with open(folder / "rows.jsonl", "wb") as file:
        for index, row in enumerate(data):
            line = json.dumps(row).encode()
            entries.append(struct.pack("<qqq", index, file.tell(), len(line)))
            file.write(line + b"\n")
    split = len(data) - validation
    (folder / "data" / "train.idx").write_bytes(b"".join(entries[:split]))
    (folder / "data" / "validation.idx").write_bytes(b"".join(entries[split:]))
    run = {
        "v": 1,
        "runId": folder.name,
        "created": "2026-01-01T00:00:00Z",
        "config": training_config(**changes),
        "configSources": {},
        "configHash": "0" * 64,
        "gitCommit": None,
        "model": {
            "id": "tiny",
            "path": str(model),
            "architecture": "LlamaForCausalLM",
            "revision": None,
            "sha256": "0" * 64,
            "tokenizerSha256": "0" * 64,
            "templateSha256": None,
            "vocabularySize": 300,
            "layers": 6,
            "contextLength": 512,
            "parameters": 200_000,
        },
        "dataset": {
            "id": "ds_tiny",
            "version": 1,
            "sha256": "0" * 64,
            "rowsPath": str(folder / "rows.jsonl"),
            "trainSplit": "data/train.idx",
            "validationSplit": "data/validation.idx" if validation > 0 else None,
        },
        "startFrom": start_from,
        "versions": {},
    }
    (folder / "config.json").write_text(json.dumps(run))
    return folder


def control(folder, attempt, command):
    partial = folder / "control.tmp"
    partial.write_text(json.dumps({"v": 1, "attempt": attempt, "command": command}))
    os.replace(partial, folder / "control.json")


def start(folder, attempt="att_1"):
    return subprocess.Popen(
        [sys.executable, "-m", "training_camp", "train", "--run", str(folder), "--attempt", attempt],
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def finish(folder, attempt="att_1"):
    """Runs an attempt to its end in this process, which has its libraries loaded, and returns the exit code."""
    return run_attempt(folder, attempt, Control(folder, attempt))


def events(folder, kind=None, attempt=None):
    """Whole lines only, as a reader of a growing file must take them."""
    path = folder / "events.jsonl"
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    found = []
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if kind in (None, event["kind"]) and attempt in (None, event["attempt"]):
            found.append(event)
    return found


def until(condition, process=None, seconds=240):
    """Polls a condition; fails when the process ends before it holds, or at the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        if process is not None and process.poll() is not None:
            assert condition(), f"the trainer ended with {process.returncode}"
            return
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.005)


def adapter_bytes(folder):
    return (folder / "adapter" / "adapter_model.safetensors").read_bytes()
