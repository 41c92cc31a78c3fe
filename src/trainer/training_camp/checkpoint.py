"""
Checkpoints: adapter and optimizer as safetensors, state.json, and manifest.json with SHA-256 sums, written last.

A checkpoint without a manifest that verifies does not count. Nothing is pickled.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors.torch import load_file

from .config import decode, encode
from .errors import disk_full, is_disk_full
from .files import atomic_folder, remove_leftovers, sha256_of, write_json, write_tensors
from .lora import adapter_state, load_adapter_state, trainable_parameters

CheckpointReason = Literal["steps", "time", "epoch", "stop", "end"]
FILES = ("adapter.safetensors", "optimizer.safetensors", "state.json")
NAME = re.compile(r"^step-(\d{6,9})$")


@dataclass
class Progress:
    """Everything besides tensors that a run needs to go on exactly where it was."""

    step: int = 0
    micro_batch_tokens: int = 0
    gradient_checkpointing: bool = False
    tokens: int = 0
    trained_tokens: int = 0
    seconds: float = 0.0
    best_loss: float | None = None
    best_step: int | None = None
    figures_before: dict[str, float] = field(default_factory=dict[str, float])
    """Of the validation split before training, where the objective tells; beside its best and its last evaluation's."""
    figures_of_best: dict[str, float] = field(default_factory=dict[str, float])
    figures_now: dict[str, float] = field(default_factory=dict[str, float])
    evaluations_without_gain: int = 0
    evaluated_step: int | None = None
    recent_losses: list[float] = field(default_factory=list)
    lowest_mean_loss: float | None = None
    dead_steps: int = 0
    is_finished: bool = False


@dataclass(frozen=True)
class Rejected:
    """A checkpoint that does not verify, and why."""

    name: str
    problem: str


class Checkpoints:
    """The checkpoints of one run."""

    def __init__(self, run_dir: Path, keep_last: int) -> None:
        self.folder = run_dir / "checkpoints"
        self._keep_last = keep_last
        self.folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(self.folder)

    def save(self, model: Any, optimizer: torch.optim.Optimizer, progress: Progress) -> tuple[str, str]:
        """Writes one and returns its name and the hash of its adapter; a failed write leaves nothing behind."""
        name = name_of(progress.step)
        sums: dict[str, str] = {}
        try:
            with atomic_folder(self.folder / name) as folder:
                write_tensors(folder / "adapter.safetensors", adapter_state(model), sync=False)
                write_tensors(folder / "optimizer.safetensors", _optimizer_state(model, optimizer), sync=False)
                write_json(folder / "state.json", {"v": 1, **encode(progress)})
                sums |= {file: sha256_of(folder / file) for file in FILES}
                sizes = {file: (folder / file).stat().st_size for file in FILES}
                manifest = {"v": 1, "step": progress.step, "sha256": sums, "sizeBytes": sizes}
                write_json(folder / "manifest.json", manifest)
        except OSError as error:
            if is_disk_full(error):
                raise disk_full(f"checkpoint {name}") from error
            raise
        self._prune(progress)
        return name, sums["adapter.safetensors"]

    def newest(self) -> tuple[str | None, list[Rejected]]:
        """The newest checkpoint that verifies, and the newer ones that do not."""
        rejected: list[Rejected] = []
        for name in self._names():
            problem = verify(self.folder / name)
            if problem is None:
                return name, rejected
            rejected.append(Rejected(name, problem))
        return None, rejected

    def restore(self, name: str, model: Any, optimizer: torch.optim.Optimizer) -> Progress:
        """Puts a verified checkpoint back."""
        folder = self.folder / name
        load_adapter_state(model, load_file(folder / "adapter.safetensors"))
        _restore_optimizer(model, optimizer, load_file(folder / "optimizer.safetensors"))
        return read_progress(folder)

    def discard_beyond(self, step: int) -> None:
        """Removes checkpoints later than the one a resume starts from: they belong to nothing any more."""
        for name in self._names():
            if _step_of(name) > step:
                shutil.rmtree(self.folder / name, ignore_errors=True)

    def _names(self) -> list[str]:
        names = [entry.name for entry in self.folder.iterdir() if NAME.match(entry.name) and entry.is_dir()]
        return sorted(names, key=_step_of, reverse=True)

    def _prune(self, progress: Progress) -> None:
        for name in self._names()[self._keep_last :]:
            if _step_of(name) != progress.best_step:
                shutil.rmtree(self.folder / name, ignore_errors=True)


def name_of(step: int) -> str:
    """Name of the checkpoint after so many steps."""
    return f"step-{step:06d}"


def verify(folder: Path) -> str | None:
    """What is wrong with a checkpoint, or None."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        sums = manifest["sha256"]
        for file in FILES:
            if not (folder / file).is_file():
                return f"{file} is missing"
            if sha256_of(folder / file) != sums[file]:
                return f"{file} does not match its hash"
    except FileNotFoundError:
        return "it has no manifest, so it was never finished"
    except (OSError, ValueError, KeyError, TypeError):
        return "its manifest cannot be read"
    return None


def read_progress(folder: Path) -> Progress:
    """A checkpoint's state.json."""
    return decode(Progress, json.loads((folder / "state.json").read_text(encoding="utf-8")))


def _step_of(name: str) -> int:
    return int(name.removeprefix("step-"))


def _optimizer_state(model: Any, optimizer: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    tensors = {"rng": torch.get_rng_state()}
    for name, parameter in trainable_parameters(model):
        for key, value in optimizer.state.get(parameter, {}).items():
            tensors[f"{name}/{key}"] = value.detach().to("cpu", copy=True).contiguous()
    return tensors


def _restore_optimizer(model: Any, optimizer: torch.optim.Optimizer, tensors: dict[str, torch.Tensor]) -> None:
    torch.set_rng_state(tensors["rng"])
    for name, parameter in trainable_parameters(model):
        prefix = f"{name}/"
        saved = {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}
        # The step counter of a fused optimizer lives where its parameter does.
        optimizer.state[parameter] = {key: value.to(parameter.device) for key, value in saved.items()}
