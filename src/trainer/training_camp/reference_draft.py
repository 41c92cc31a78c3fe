"""
What is known of the reference while it is computed, so that an attempt that ends there leaves the next one its share.

A value may differ in its last bits when it is computed in other company. So a draft is bound to the micro-batches too.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from .errors import disk_full, is_disk_full
from .files import atomic_file
from .session import Session
from .target_values import TargetValues

FILE = "reference.part.safetensors"
SECONDS_BETWEEN_SAVES = 60.0

Groups = Sequence[Sequence[int]]


class ReferenceDraft:
    """Of both splits; `groups` are the micro-batches of each."""

    def __init__(self, session: Session, key: str, groups: dict[str, Groups]) -> None:
        self._path: Path = session.run_dir / FILE
        self._key = hashlib.sha256(json.dumps([key, groups]).encode()).hexdigest()
        self._saved_at = time.monotonic()
        corpora = {"train": session.train, "validation": session.validation}
        self.splits = {
            name: TargetValues.unknown(corpus)
            for name, corpus in corpora.items()
            if corpus is not None and name in groups
        }
        self._take_over()

    @property
    def known(self) -> int:
        """Values that need not be computed."""
        return sum(int((~split.values.isnan()).sum()) for split in self.splits.values())

    def settle(self) -> None:
        """Saves now and then, so that a killed process loses little."""
        if time.monotonic() - self._saved_at >= SECONDS_BETWEEN_SAVES:
            self.save()

    def save(self) -> None:
        """Writes what is known."""
        tensors = {name: split.values for name, split in self.splits.items()}
        try:
            with atomic_file(self._path) as file:
                file.write(save(tensors, {"format": "pt", "key": self._key}))
        except OSError as error:
            if is_disk_full(error):
                raise disk_full(FILE) from error
            raise
        self._saved_at = time.monotonic()

    def remove(self) -> None:
        """All is known, and kept elsewhere."""
        self._path.unlink(missing_ok=True)

    def _take_over(self) -> None:
        if not self._path.is_file():
            return
        try:
            with safe_open(self._path, "pt") as file:
                if (file.metadata() or {}).get("key") != self._key:
                    return
                found: dict[str, torch.Tensor] = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (OSError, SafetensorError):
            # Torn or of another make: it is computed again.
            return
        for name, split in self.splits.items():
            if name in found and found[name].shape == split.values.shape:
                split.values.copy_(found[name])
