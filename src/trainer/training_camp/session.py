"""Everything that stands before the first step: model, data, steps, memory, and the checkpoint to go on from."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from .architecture import check_architecture
from .checkpoint import Checkpoints, Progress, name_of, verify
from .config import RunFile
from .control import Control
from .corpus import Corpus, read_corpus, read_pairs
from .data import Encoder
from .device import Compute, choose_compute
from .errors import TrainerError
from .events import EventLog
from .files import remove_leftovers
from .fused import fuse
from .lora import add_lora, load_adapter_state, trainable_parameters
from .model import Anatomy, count_parameters, load_model, load_tokenizer
from .model_safety import check_model_folder
from .optim import make_optimizer
from .policy import Policy
from .prefix_cache import FrozenPrefix, PrefixStore, frozen_depth

LOG = logging.getLogger("training_camp")
MAX_DROPPED_SHARE = 0.3
RUN_ID = re.compile(r"^run_[a-z0-9][a-z0-9-]{0,63}$")
CHECKPOINT_NAME = re.compile(r"^step-\d{6,9}$")


@dataclass
class Session:
    """What the loop works with."""

    run: RunFile
    run_dir: Path
    events: EventLog
    control: Control
    compute: Compute
    policy: Policy
    optimizer: torch.optim.AdamW
    checkpoints: Checkpoints
    train: Corpus
    validation: Corpus | None
    progress: Progress
    resumed_from: str | None
    prefix_store: PrefixStore | None

    @property
    def parameters(self) -> list[torch.nn.Parameter]:
        return [parameter for _, parameter in trainable_parameters(self.policy.model)]


def open_session(run_dir: Path, run: RunFile, events: EventLog, control: Control) -> Session:
    """Loads and tokenises. Ends the run with a reason where that is not possible."""
    config = run.config
    remove_leftovers(run_dir)
    checkpoints = Checkpoints(run_dir, config.checkpoints.keep_last)
    events.phase("tokenizing", "start")
    train, validation = _read_data(run_dir, run, events, control)
    events.phase("tokenizing", "end")
    events.phase("loading", "start")
    compute = choose_compute(config)
    base = load_model(run.model, compute)
    check_architecture(base)
    model = add_lora(base, config.lora, config.seed)
    control.check()
    fused = fuse(model)
    LOG.info("%d modules compute in fewer passes", fused)
    optimizer = make_optimizer([parameter for _, parameter in trainable_parameters(model)], config)
    progress, resumed_from = _resume(run_dir, run, model, optimizer, checkpoints, events)
    store = _prefix_store(run_dir, run, compute)
    anatomy = Anatomy.of(model)
    depth = frozen_depth(anatomy)
    prefix = FrozenPrefix(anatomy, depth, store) if 0 < depth < len(anatomy.layers) else None
    policy = Policy(model, prefix)
    events.phase("loading", "end")
    return Session(
        run=run,
        run_dir=run_dir,
        events=events,
        control=control,
        compute=compute,
        policy=policy,
        optimizer=optimizer,
        checkpoints=checkpoints,
        train=train,
        validation=validation,
        progress=progress,
        resumed_from=resumed_from,
        prefix_store=store,
    )


def trained_layer_count(policy: Policy) -> int:
    """Layers that keep activations for the backward pass."""
    return len(policy.anatomy.layers) - frozen_depth(policy.anatomy)


def parameter_counts(policy: Policy) -> tuple[int, int]:
    """All and trainable."""
    return count_parameters(policy.model)


def starting_adapter(run_dir: Path, run: RunFile) -> dict[str, torch.Tensor] | None:
    """Weights of the adapter that the run begins with; None where it begins with the base model."""
    start = run.start_from
    if start is None:
        return None
    if not RUN_ID.match(start.run_id) or not CHECKPOINT_NAME.match(start.checkpoint):
        raise TrainerError("environment", "startFrom names no run and checkpoint.")
    folder = run_dir.parent / start.run_id / "checkpoints" / start.checkpoint
    problem = verify(folder)
    if problem is not None:
        raise TrainerError(
            "data",
            f"Checkpoint {start.checkpoint} of {start.run_id} cannot be used: {problem}.",
            "Choose another checkpoint of that run.",
        )
    return load_file(folder / "adapter.safetensors")


def _read_data(run_dir: Path, run: RunFile, events: EventLog, control: Control) -> tuple[Corpus, Corpus | None]:
    check_model_folder(run.model.path)
    encoder = Encoder(load_tokenizer(run.model), max_length=run.config.max_length, overlong=run.config.overlong)
    rows_path = run_dir / run.dataset.rows_path
    read = read_pairs if run.config.method == "dpo" else read_corpus
    train = read(rows_path, run_dir / run.dataset.train_split, encoder, control.check)
    _check_training_rows(train, events)
    validation = None
    if run.dataset.validation_split is not None:
        validation_rows = run_dir / (run.dataset.validation_rows_path or run.dataset.rows_path)
        validation = read(validation_rows, run_dir / run.dataset.validation_split, encoder, control.check)
        if len(validation) == 0:
            events.log("warn", "No validation row can be used; the last checkpoint is published.")
            validation = None
    return train, validation


def _check_training_rows(train: Corpus, events: EventLog) -> None:
    dropped = sum(train.dropped.values())
    rows = dropped + len(train)
    reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(train.dropped.items()))
    if rows == 0:
        raise TrainerError("data", "The training split is empty.", "Prepare a dataset with training rows.")
    if len(train) == 0:
        events.alert("no_trained_tokens", f"No row has tokens to train on ({reasons}).", None, "error")
        message = f"None of the {rows} rows can be trained on ({reasons})."
        raise TrainerError("data", message, "Look at one of them with: training inspect")
    if dropped > 0:
        severity = "error" if dropped > MAX_DROPPED_SHARE * rows else "warning"
        events.alert("rows_dropped", f"{dropped} of {rows} rows are left out ({reasons}).", None, severity)
    if dropped > MAX_DROPPED_SHARE * rows:
        raise TrainerError(
            "data",
            f"{dropped} of {rows} rows cannot be trained on ({reasons}), more than {MAX_DROPPED_SHARE:.0%}.",
            "Raise maxLength, set overlong to truncate, or mend the rows.",
        )
    unstopped = train.notes["stop_not_trained"]
    if unstopped > 0:
        events.alert(
            "stop_not_trained", f"{unstopped} of {rows} rows have an answer that no trained stop token ends.", None
        )
    for code, count in sorted(train.notes.items()):
        if code != "stop_not_trained":
            events.log("warn", f"{code}: {count} of {rows} rows")


def _resume(
    run_dir: Path,
    run: RunFile,
    model: Any,
    optimizer: torch.optim.Optimizer,
    checkpoints: Checkpoints,
    events: EventLog,
) -> tuple[Progress, str | None]:
    name, rejected = checkpoints.newest()
    for checkpoint in rejected:
        events.alert("checkpoint_rejected", f"Checkpoint {checkpoint.name} is not used: {checkpoint.problem}.")
    if name is not None:
        progress = checkpoints.restore(name, model, optimizer)
        checkpoints.discard_beyond(progress.step)
        _forget_lost_best(run, progress, checkpoints, events)
        events.log("info", f"Going on from checkpoint {name}.")
        return progress, name
    checkpoints.discard_beyond(-1)
    start = starting_adapter(run_dir, run)
    if start is not None and run.start_from is not None:
        load_adapter_state(model, start)
        events.log("info", f"Starting from checkpoint {run.start_from.checkpoint} of {run.start_from.run_id}.")
    return Progress(), None


def _forget_lost_best(run: RunFile, progress: Progress, checkpoints: Checkpoints, events: EventLog) -> None:
    """A best checkpoint that is gone or damaged can't be published: a later one shall be the best then."""
    if not run.config.publish_best or progress.best_step is None:
        return
    name = name_of(progress.best_step)
    problem = verify(checkpoints.folder / name)
    if problem is not None:
        events.alert("checkpoint_rejected", f"The best checkpoint so far, {name}, is not used: {problem}.")
        progress.best_loss = progress.best_step = None


def _prefix_store(run_dir: Path, run: RunFile, compute: Compute) -> PrefixStore | None:
    cache = run.config.prefix_cache
    if cache.mode == "off" or run.config.lora.last_layers is None:
        return None
    parts = (run.model.sha256, run.model.layers, run.config.lora.last_layers, compute.precision, run.dataset.sha256)
    return PrefixStore(":".join(map(str, parts)), run_dir / ".prefix-cache", cache.memory_bytes, cache.disk_bytes)
