"""
What the policy gave the pairs before training: computed once, kept in the run's folder, bound to data and model.

The train split is read in the micro-batches that training takes. So the frozen layers below the adapters are computed
here once for both (prefix_cache.py).
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from .corpus import Corpus, MicroBatch, collate
from .errors import disk_full, is_disk_full
from .files import atomic_file
from .lora import adapter_state, load_adapter_state
from .objective import validation_groups
from .session import Session, starting_adapter
from .steps import Schedule

FILE = "reference.safetensors"


@dataclass(frozen=True)
class TargetValues:
    """A value for each trained token of a split, document after document; `counts` says how many each document has."""

    values: torch.Tensor
    counts: list[int]
    documents_per_example: int

    def of(self, batch: MicroBatch, device: torch.device) -> torch.Tensor:
        """Those of a micro-batch of the split, in its order."""
        each = self.documents_per_example
        parts = [self._parts[example * each + place] for example in batch.examples for place in range(each)]
        found = torch.cat(parts)
        return found.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else found.to(device)

    @functools.cached_property
    def _parts(self) -> tuple[torch.Tensor, ...]:
        return self.values.split(self.counts)


@dataclass(frozen=True)
class Reference:
    """Log-probabilities of the trained tokens under the policy before training."""

    train: TargetValues
    validation: TargetValues | None


def open_reference(session: Session, schedule: Schedule) -> Reference:
    """From the run's folder, or computed anew where it is missing, damaged or of something else."""
    key = _key(session)
    found = _read(session, key)
    if found is not None:
        session.events.log("info", "The reference log-probabilities of an earlier attempt are used.")
        return found
    session.events.phase("reference", "start")
    with _policy_before_training(session):
        found = _compute(session, schedule)
    _write(session, key, found)
    session.events.phase("reference", "end")
    return found


@torch.no_grad()
def log_probabilities(session: Session, corpus: Corpus, groups: Sequence[Sequence[int]], split: str) -> TargetValues:
    """Of the trained tokens of a split under the policy as it is now."""
    parts: list[torch.Tensor] = [torch.empty(0)] * (len(corpus) * corpus.documents_per_example)
    done, total = 0, len(corpus)
    for group in groups:
        session.control.check()
        batch = collate(corpus, group, session.compute.device, split)
        found = (-session.policy.token_losses(batch)).cpu().split(batch.target_counts)
        for document, values in zip(corpus.documents(group), found, strict=True):
            parts[document] = values
        done += len(group)
        session.events.progress("reference" if split == "train" else "validating", done, total)
    return TargetValues(torch.cat(parts), [part.numel() for part in parts], corpus.documents_per_example)


def _compute(session: Session, schedule: Schedule) -> Reference:
    groups = [group for step in schedule.plan.steps for group in step]
    train = log_probabilities(session, session.train, groups, "train")
    if session.validation is None:
        return Reference(train, None)
    groups = validation_groups(session.validation, schedule, packing=session.run.config.packing)
    return Reference(train, log_probabilities(session, session.validation, groups, "validation"))


@contextmanager
def _policy_before_training(session: Session) -> Generator[None]:
    """
    The base model, or the adapter that the run starts from, whatever a checkpoint has put in its place. An adapter of
    zeros adds nothing, by the same arithmetic as one that trains: so the margin of the first step is exactly 0.
    """
    model = session.policy.model
    now = adapter_state(model)
    start = starting_adapter(session.run_dir, session.run)
    nothing = {name: torch.zeros_like(value) for name, value in now.items()}
    load_adapter_state(model, nothing if start is None else start)
    try:
        yield
    finally:
        load_adapter_state(model, now)


def _key(session: Session) -> str:
    """Tokens and their weights stand for data, tokenizer, template and limits alike."""
    run = session.run
    start = None if run.start_from is None else [run.start_from.run_id, run.start_from.checkpoint]
    digest = hashlib.sha256(json.dumps([run.model.sha256, start, session.compute.precision]).encode())
    for corpus in (session.train, session.validation):
        if corpus is not None:
            for part in (corpus.ids, corpus.weights, corpus.starts):
                digest.update(np.ascontiguousarray(part).tobytes())
        digest.update(b"|")
    return digest.hexdigest()


def _counts(corpus: Corpus) -> list[int]:
    return np.add.reduceat(corpus.weights != 0, corpus.starts[:-1], dtype=np.int64).tolist()


def _path(session: Session) -> Path:
    return session.run_dir / FILE


def _read(session: Session, key: str) -> Reference | None:
    path = _path(session)
    if not path.is_file():
        return None
    try:
        with safe_open(path, "pt") as file:
            if (file.metadata() or {}).get("key") != key:
                return None
            names = set(file.keys())
            values = {name: file.get_tensor(name) for name in names}
    except (OSError, SafetensorError):
        # Torn or of another make: it is computed again.
        return None
    found = {
        name: TargetValues(values[name], _counts(corpus), corpus.documents_per_example)
        for name, corpus in (("train", session.train), ("validation", session.validation))
        if corpus is not None and name in values and values[name].numel() == corpus.trained_tokens
    }
    if "train" not in found or (session.validation is not None and "validation" not in found):
        return None
    return Reference(found["train"], found.get("validation"))


def _write(session: Session, key: str, reference: Reference) -> None:
    tensors = {"train": reference.train.values}
    if reference.validation is not None:
        tensors["validation"] = reference.validation.values
    try:
        with atomic_file(_path(session)) as file:
            file.write(save(tensors, {"format": "pt", "key": key}))
    except OSError as error:
        if is_disk_full(error):
            raise disk_full(FILE) from error
        raise
