"""A gated feed-forward block with LoRA on its three projections as one function, which keeps fewer activations."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from .fused_lora import Projection, is_active, is_plain_lora, pack, project, project_back, unpack

NAMES = ("gate_proj", "up_proj", "down_proj")


def is_gated_block(module: Any) -> bool:
    """Whether a module looks like one: three plain LoRA projections under the usual names, and an activation."""
    return hasattr(module, "act_fn") and all(is_plain_lora(getattr(module, name, None)) for name in NAMES)


def gated_forward(block: Any) -> Any:
    """The forward pass of a block whose activation is SiLU; a trial shows whether it is."""
    original = block.forward
    modules = [getattr(block, name) for name in NAMES]

    def forward(hidden: torch.Tensor) -> torch.Tensor:
        if not all(map(is_active, modules)):
            return original(hidden)  # type: ignore[no-any-return]
        scales, tensors = pack([Projection.of(module) for module in modules])
        return GatedBlock.apply(hidden, scales, *tensors)  # type: ignore[no-any-return]

    return forward


class GatedBlock(torch.autograd.Function):
    """`down(silu(gate(x)) * up(x))`."""

    @staticmethod
    def forward(
        ctx: Any, hidden: torch.Tensor, scales: tuple[float, ...], *tensors: torch.Tensor | None
    ) -> torch.Tensor:
        gate_and_up, down = _split(scales, tensors)
        flat = hidden.reshape(-1, hidden.shape[-1])
        (gate, up), narrow = project(flat, gate_and_up)
        inner = F.silu(gate).mul_(up)
        (output,), narrow_inner = project(inner, down)
        ctx.save_for_backward(flat, narrow, gate, up, inner, narrow_inner, *tensors)
        ctx.scales, ctx.shape = scales, hidden.shape
        return output.view(*hidden.shape[:-1], output.shape[-1])

    @staticmethod
    def backward(ctx: Any, *outputs: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        flat, narrow, gate, up, inner, narrow_inner, *tensors = ctx.saved_tensors
        gate_and_up, down = _split(ctx.scales, tensors)
        gradient = outputs[0].reshape(-1, outputs[0].shape[-1])
        inner_gradient, of_down = project_back([gradient], inner, narrow_inner, down, needs_input=True)
        if inner_gradient is None:
            raise RuntimeError("the gradient of the block's inner values is missing")
        up_gradient = F.silu(gate).mul_(inner_gradient)
        gate_gradient = torch.ops.aten.silu_backward(inner_gradient.mul_(up), gate)
        gradients = [gate_gradient, up_gradient]
        hidden, found = project_back(gradients, flat, narrow, gate_and_up, needs_input=ctx.needs_input_grad[0])
        return (None if hidden is None else hidden.view(ctx.shape), None, *found, *of_down)


def _split(scales: tuple[float, ...], tensors: Any) -> tuple[list[Projection], list[Projection]]:
    projections = unpack(scales, tensors)
    return projections[:2], projections[2:]
