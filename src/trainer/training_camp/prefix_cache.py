"""
Keeps what the frozen lower layers make of a micro-batch, when adapters sit on the last layers only.

The lower layers' `forward` is wrapped instead of slicing the model: embeddings, masks, rotary positions and layer
indices stay the model's own, and the result is bitwise equal. Entries are held as they were computed; storing
float32 activations as bf16 would cost 3e-3 in the gradient.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors.torch import load_file

from .corpus import MicroBatch
from .errors import is_disk_full
from .files import write_tensors
from .model import Anatomy

T = TypeVar("T")


def frozen_depth(anatomy: Anatomy) -> int:
    """How many layers at the bottom hold nothing that trains; 0 when the embeddings train."""
    if any(parameter.requires_grad for parameter in anatomy.decoder.get_input_embeddings().parameters()):
        return 0
    depth = 0
    for layer in anatomy.layers:
        if any(parameter.requires_grad for parameter in layer.parameters()):
            break
        depth += 1
    return depth


class FrozenPrefix:
    """Runs a model's frozen bottom without gradients, and skips it where its output is known."""

    def __init__(self, anatomy: Anatomy, depth: int, store: PrefixStore | None) -> None:
        self.depth = depth
        self.computed = 0
        self._decoder = anatomy.decoder
        self._store = store
        self._known: torch.Tensor | None = None
        self._is_capturing = False
        self._captured: torch.Tensor | None = None
        for layer in anatomy.layers[:depth]:
            self._wrap(layer)
        anatomy.layers[depth].register_forward_pre_hook(self._on_first_trained, with_kwargs=True)

    def run(self, batch: MicroBatch, forward: Callable[[], T], *, keep: bool = True) -> T:
        """Calls `forward` with the bottom's output in place, from the store where it is kept."""
        store = self._store if keep else None
        known = store.get(batch) if store is not None else None
        if known is None:
            known = self._compute(batch)
            if store is not None:
                store.put(batch, known)
        self._known = known
        try:
            return forward()
        finally:
            self._known = None

    def _compute(self, batch: MicroBatch) -> torch.Tensor:
        self._is_capturing = True
        try:
            with torch.no_grad():
                self._decoder(
                    input_ids=batch.ids, position_ids=batch.positions, segments=batch.segments, use_cache=False
                )
        except _Captured:
            pass
        finally:
            self._is_capturing = False
        captured, self._captured = self._captured, None
        if captured is None:
            raise RuntimeError("the frozen layers ran without reaching the first trained one")
        self.computed += 1
        return captured

    def _wrap(self, layer: Any) -> None:
        original = layer.forward

        def forward(hidden_states: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
            if self._known is not None:
                return self._known
            return original(hidden_states, *args, **kwargs)

        layer.forward = forward

    def _on_first_trained(self, _layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if self._is_capturing:
            self._captured = args[0] if args else kwargs["hidden_states"]
            raise _Captured


class _Captured(Exception):
    """Ends a forward pass once the bottom's output is known."""


class PrefixStore:
    """Activations by their content: in memory within a budget, then on disk within another, else not kept."""

    def __init__(self, identity: str, folder: Path, memory_bytes: int, disk_bytes: int) -> None:
        self._identity = identity
        self._folder = folder
        self._memory_left = memory_bytes
        self._disk_left = disk_bytes
        self._in_memory: dict[str, torch.Tensor] = {}
        self._on_disk: dict[str, Path] = {}
        self.hits = 0
        shutil.rmtree(folder, ignore_errors=True)

    def get(self, batch: MicroBatch) -> torch.Tensor | None:
        """The kept activations on the batch's device."""
        key = self._key(batch)
        found = self._in_memory.get(key)
        if found is None and key in self._on_disk:
            found = load_file(self._on_disk[key])["hidden"]
        if found is None:
            return None
        self.hits += 1
        return found.to(batch.ids.device, non_blocking=True)

    def put(self, batch: MicroBatch, hidden: torch.Tensor) -> None:
        """Keeps activations while there is room. A full disk ends the keeping there, never the run."""
        size = hidden.numel() * hidden.element_size()
        key = self._key(batch)
        if size <= self._memory_left:
            self._memory_left -= size
            self._in_memory[key] = hidden.detach().to("cpu")
        elif size <= self._disk_left:
            path = self._folder / f"{key}.safetensors"
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                write_tensors(path, {"hidden": hidden.detach().to("cpu").contiguous()}, sync=False)
            except OSError as error:
                if not is_disk_full(error):
                    raise
                path.unlink(missing_ok=True)
                self._disk_left = 0
                return
            self._disk_left -= size
            self._on_disk[key] = path

    def close(self) -> None:
        """Gives memory and disk back."""
        self._in_memory.clear()
        self._on_disk.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _key(self, batch: MicroBatch) -> str:
        digest = hashlib.sha256(self._identity.encode())
        digest.update(json.dumps([batch.split, batch.examples, batch.segments.lengths]).encode())
        return digest.hexdigest()
