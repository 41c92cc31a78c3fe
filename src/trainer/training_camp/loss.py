"""
The losses of the trained tokens, without ever building the logits of a whole row.

Untrained positions are dropped before the head. Over a frozen head the gradient with respect to the hidden
states is formed in the forward pass, chunk by chunk, so that a chunk's logits die at once.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

# Rows of logits at a time, by elements: large enough for a full-speed matmul, small enough to stay cheap in memory.
CHUNK_ELEMENTS = {"cpu": 24 * 1024 * 1024, "cuda": 256 * 1024 * 1024, "mps": 64 * 1024 * 1024}


def token_losses(
    hidden: torch.Tensor, head: torch.nn.Module, targets: torch.Tensor, softcap: float | None
) -> torch.Tensor:
    """Cross-entropy of each target, float32: what it adds to minus the log-probability of its document."""
    if is_frozen_linear(head):
        return _frozen_head_losses(hidden, head, targets, softcap)
    logits = head(hidden).float()
    if softcap is not None:
        logits = torch.tanh(logits / softcap) * softcap
    return F.cross_entropy(logits, targets, reduction="none")


def is_frozen_linear(head: torch.nn.Module) -> bool:
    """Whether the head is a plain projection that does not train. An adapter on it takes the ordinary path."""
    return type(head) is torch.nn.Linear and not any(parameter.requires_grad for parameter in head.parameters())


def _frozen_head_losses(hidden: torch.Tensor, head: Any, targets: torch.Tensor, softcap: float | None) -> torch.Tensor:
    return FrozenHeadLosses.apply(hidden, head.weight, head.bias, targets, softcap)  # type: ignore[no-any-return]


class FrozenHeadLosses(torch.autograd.Function):
    """
    Cross-entropy of each row, whose backward pass is one multiplication: what a row's loss does to its hidden state
    does not depend on how much that loss counts, so it is known before the losses are put together.
    """

    @staticmethod
    def forward(
        ctx: Any,
        hidden: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        targets: torch.Tensor,
        softcap: float | None,
    ) -> torch.Tensor:
        needs_gradient = bool(ctx.needs_input_grad[0])
        gradient = torch.empty_like(hidden) if needs_gradient else None
        losses = torch.empty(hidden.shape[0], dtype=torch.float32, device=hidden.device)
        budget = CHUNK_ELEMENTS.get(hidden.device.type, CHUNK_ELEMENTS["cpu"])
        rows = max(16, budget // weight.shape[0])
        for start in range(0, hidden.shape[0], rows):
            part = slice(start, start + rows)
            logits = F.linear(hidden[part], weight, bias).float()
            if softcap is not None:
                logits.div_(softcap).tanh_()
                slope = 1 - logits.square() if needs_gradient else None
                logits.mul_(softcap)
            else:
                slope = None
            target = targets[part, None]
            # In its own place on the CPU, where each row is read before it is written.
            known = torch.log_softmax(logits, -1, out=logits) if logits.is_cpu else torch.log_softmax(logits, -1)
            torch.neg(known.gather(1, target)[:, 0], out=losses[part])
            if gradient is None:
                continue
            known.exp_().scatter_add_(1, target, torch.full_like(known[:, :1], -1.0))
            if slope is not None:
                known.mul_(slope)
            torch.mm(known.to(hidden.dtype), weight, out=gradient[part])
        if gradient is not None:
            ctx.save_for_backward(gradient)
        return losses

    @staticmethod
    def backward(ctx: Any, *outputs: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        (gradient,) = ctx.saved_tensors
        return gradient * outputs[0].to(gradient.dtype)[:, None], None, None, None, None
