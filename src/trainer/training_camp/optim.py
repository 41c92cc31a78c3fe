"""Optimizer and learning rate."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from .config import TrainingConfig


def make_optimizer(parameters: Sequence[torch.nn.Parameter], config: TrainingConfig) -> torch.optim.AdamW:
    """AdamW as one fused kernel over all adapter weights."""
    return torch.optim.AdamW(
        parameters, lr=config.learning_rate, betas=(0.9, 0.999), weight_decay=config.weight_decay, fused=True
    )


def learning_rate(step: int, total_steps: int, config: TrainingConfig) -> float:
    """The rate of a step, counted from 0: a linear rise to the peak, then the schedule down to its floor."""
    warmup = round(config.warmup_ratio * total_steps)
    if step < warmup:
        return config.learning_rate * (step + 1) / warmup
    if config.schedule == "constant":
        return config.learning_rate
    done = (step - warmup) / max(1, total_steps - warmup)
    shape = 1 - done if config.schedule == "linear" else 0.5 * (1 + math.cos(math.pi * done))
    floor = config.min_learning_rate_ratio
    return config.learning_rate * (floor + (1 - floor) * shape)


def clip_gradients(parameters: Sequence[torch.nn.Parameter], max_norm: float | None) -> torch.Tensor:
    """The global norm before clipping, as a tensor: reading it would wait for the device."""
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    norm = torch.nn.utils.get_total_norm(gradients)
    if max_norm is not None:
        torch.nn.utils.clip_grads_with_norm_(parameters, max_norm, norm)
    return norm


def apply_step(optimizer: torch.optim.AdamW, is_finite: torch.Tensor) -> None:
    """
    Applies the gradients unless something in them is not finite, and clears them. The fused kernel decides that
    on the device itself, as it does for a gradient scaler, so that nobody waits for the answer.
    """
    if is_finite.device.type in ("cuda", "cpu"):
        optimizer.found_inf = (~is_finite).float()  # pyright: ignore[reportAttributeAccessIssue]
        optimizer.step()
        del optimizer.found_inf  # pyright: ignore[reportAttributeAccessIssue]
    elif bool(is_finite.item()):
        optimizer.step()
    optimizer.zero_grad(set_to_none=True)
