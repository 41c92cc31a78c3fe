"""
What the policy gave the pairs before training: computed once, kept in the run's folder, bound to data and model.

The train split is read in the micro-batches that training takes. So the frozen layers below the adapters are computed
here once for both (prefix_cache.py).
"""

from __future__ import annotations

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

from .corpus import Corpus, collate
from .errors import Stopped, disk_full, is_disk_full
from .files import atomic_file
from .lora import adapter_state, load_adapter_state
from .objective import validation_groups
from .reference_draft import ReferenceDraft
from .session import Session, starting_adapter
from .steps import Schedule
from .target_values import TargetValues

FILE = "reference.safetensors"


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
        found = _compute(session, schedule, key)
    session.events.phase("reference", "end")
    return found


@torch.no_grad()
def log_probabilities(
    session: Session,
    corpus: Corpus,
    groups: Sequence[Sequence[int]],
    split: str,
    draft: ReferenceDraft | None = None,
) -> TargetValues:
    """Of the trained tokens of a split under the policy as it is now. What a draft knows is not computed again."""
    found = TargetValues.unknown(corpus) if draft is None else draft.splits[split]
    done, total = 0, len(corpus)
    for group in groups:
        documents = corpus.documents(group)
        done += len(group)
        if draft is not None and found.are_known(documents):
            continue
        session.control.check()
        batch = collate(corpus, group, session.compute.device, split)
        found.put(documents, (-session.policy.token_losses(batch)).float().cpu())
        session.events.progress("reference" if split == "train" else "validating", done, total)
        if draft is not None:
            draft.settle()
    return found


def _compute(session: Session, schedule: Schedule, key: str) -> Reference:
    groups: dict[str, Sequence[Sequence[int]]] = {"train": [group for step in schedule.plan.steps for group in step]}
    if session.validation is not None:
        packing = session.run.config.packing
        groups["validation"] = validation_groups(session.validation, schedule, packing=packing)
    draft = ReferenceDraft(session, key, groups)
    if draft.known > 0:
        session.events.log("info", f"The reference goes on from {draft.known} log-probabilities of an earlier attempt.")
    try:
        train = log_probabilities(session, session.train, groups["train"], "train", draft)
        validation = None
        if session.validation is not None:
            validation = log_probabilities(session, session.validation, groups["validation"], "validation", draft)
    except Stopped:
        if session.control.command() != "discard":
            draft.save()
        raise
    found = Reference(train, validation)
    _write(session, key, found)
    draft.remove()
    return found


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
        name: TargetValues.holding(values[name], corpus)
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
