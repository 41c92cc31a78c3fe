"""Root mean square norm with a frozen weight, without a squared copy of its input."""

from __future__ import annotations

from typing import Any

import torch


def is_root_mean_square(module: Any) -> bool:
    """
    Whether a module looks like one whose weight is frozen and in float32: in half precision the models round in
    places of their own.
    """
    weight = getattr(module, "weight", None)
    return (
        type(module).__name__.endswith("RMSNorm")
        and isinstance(weight, torch.Tensor)
        and not weight.requires_grad
        and weight.dtype == torch.float32
    )


def norm_forward(module: Any) -> Any:
    """The forward pass of such a module."""
    epsilon = float(getattr(module, "variance_epsilon", getattr(module, "eps", 0.0)))
    # Gemma keeps its weight as a distance from 1.
    factor = module.weight.detach() + 1.0 if type(module).__name__.startswith("Gemma") else module.weight.detach()
    return lambda hidden: RmsNorm.apply(hidden, factor, epsilon)


class RmsNorm(torch.autograd.Function):
    """`x / rms(x) * weight` over the last dimension."""

    @staticmethod
    def forward(ctx: Any, hidden: torch.Tensor, factor: torch.Tensor, epsilon: float) -> torch.Tensor:
        norm = torch.linalg.vector_norm(hidden, dim=-1, keepdim=True)
        inverse = norm.square_().div_(hidden.shape[-1]).add_(epsilon).rsqrt_()
        ctx.save_for_backward(hidden, factor, inverse)
        return torch.mul(hidden, inverse).mul_(factor)

    @staticmethod
    def backward(ctx: Any, *outputs: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        hidden, factor, inverse = ctx.saved_tensors
        scaled = outputs[0] * factor
        share = (scaled * hidden).sum(-1, keepdim=True).mul_(inverse.pow(3)).div_(-hidden.shape[-1])
        return scaled.mul_(inverse).addcmul_(hidden, share), None, None
