"""The model being trained, as a function from micro-batch to loss."""

from __future__ import annotations

from typing import Any

import torch

from .corpus import MicroBatch
from .loss import token_loss
from .model import Anatomy
from .prefix_cache import FrozenPrefix


class Policy:
    """A model with adapters, its frozen bottom perhaps cached."""

    def __init__(self, model: Any, prefix: FrozenPrefix | None = None) -> None:
        self.model = model
        self.anatomy = Anatomy.of(model)
        self._prefix = prefix
        self._is_checkpointing = False

    def loss(self, batch: MicroBatch, total_weight: float, *, keep_prefix: bool = True) -> torch.Tensor:
        """The batch's share of a step's loss: its weighted sum over the weight of the whole step."""
        if self._prefix is None:
            return self._loss(batch, total_weight)
        return self._prefix.run(batch, lambda: self._loss(batch, total_weight), keep=keep_prefix)

    def set_gradient_checkpointing(self, is_on: bool) -> None:
        """Computes activations again in the backward pass instead of keeping them."""
        base = self.model.get_base_model()
        if is_on:
            base.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        elif self._is_checkpointing:
            base.gradient_checkpointing_disable()
        self._is_checkpointing = is_on

    def _loss(self, batch: MicroBatch, total_weight: float) -> torch.Tensor:
        output = self.anatomy.decoder(
            input_ids=batch.ids, position_ids=batch.positions, segments=batch.segments, use_cache=False
        )
        hidden = output.last_hidden_state[0].index_select(0, batch.predicting)
        return token_loss(
            hidden,
            self.anatomy.head,
            batch.targets,
            batch.weights,
            total_weight=total_weight,
            softcap=self.anatomy.softcap,
        )
