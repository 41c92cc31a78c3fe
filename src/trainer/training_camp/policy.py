"""The model being trained, as a function from micro-batch to the losses of its trained tokens."""

from __future__ import annotations

from typing import Any

import torch

from .corpus import MicroBatch
from .loss import token_losses
from .model import Anatomy
from .prefix_cache import FrozenPrefix


class Policy:
    """A model with adapters, its frozen bottom perhaps cached."""

    def __init__(self, model: Any, prefix: FrozenPrefix | None = None) -> None:
        self.model = model
        self.anatomy = Anatomy.of(model)
        self._prefix = prefix
        self._is_checkpointing = False

    def loss(self, batch: MicroBatch, total_weight: float) -> torch.Tensor:
        """
        The batch's share of a step's loss: its weighted sum over the weight of the whole step, so that micro-batches
        add up to one batch.
        """
        return (self.token_losses(batch) * batch.weights).sum() / total_weight

    def token_losses(self, batch: MicroBatch) -> torch.Tensor:
        """Minus the log-probability of each target."""
        if self._prefix is None:
            return self._token_losses(batch)
        return self._prefix.run(batch, lambda: self._token_losses(batch))

    def set_gradient_checkpointing(self, is_on: bool) -> None:
        """Computes activations again in the backward pass instead of keeping them."""
        base = self.model.get_base_model()
        if is_on:
            base.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        elif self._is_checkpointing:
            base.gradient_checkpointing_disable()
        self._is_checkpointing = is_on

    def _token_losses(self, batch: MicroBatch) -> torch.Tensor:
        output = self.anatomy.decoder(
            input_ids=batch.ids, position_ids=batch.positions, segments=batch.segments, use_cache=False
        )
        hidden = output.last_hidden_state[0].index_select(0, batch.predicting)
        return token_losses(hidden, self.anatomy.head, batch.targets, self.anatomy.softcap)
