"""
The same arithmetic in fewer passes over memory, for the parts that a plain LoRA run spends its time in.

PEFT and transformers keep owning parameters and modules; only `forward` of single modules is replaced, and only
where a trial run on random input shows that the replacement computes the same.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from .lora import ADAPTER

TOLERANCE = {torch.float32: 1e-5, torch.bfloat16: 2e-2, torch.float16: 2e-3}


def fuse(model: torch.nn.Module) -> int:
    """Replaces what can be replaced and returns how many modules that were."""
    count = 0
    for module in model.modules():
        replacement = _replacement(module)
        if replacement is not None and _computes_the_same(module, replacement):
            module.forward = replacement
            count += 1
    return count


def _replacement(module: torch.nn.Module) -> Any:
    if _is_plain_lora(module):
        return lambda hidden, *_, **__: _lora_forward(module, hidden)
    if type(module).__name__.endswith("RMSNorm") and isinstance(getattr(module, "weight", None), torch.Tensor):
        return _norm_forward(module)
    return None


# LoRA on a frozen linear layer


def _is_plain_lora(module: Any) -> bool:
    base = getattr(module, "base_layer", None)
    return (
        type(base) is torch.nn.Linear
        and hasattr(module, "lora_A")
        and list(module.lora_A) == [ADAPTER]
        and not getattr(module, "lora_variant", {})
        and not module.lora_bias.get(ADAPTER, False)
        and isinstance(module.lora_dropout[ADAPTER], torch.nn.Identity)
        and not any(parameter.requires_grad for parameter in base.parameters())
    )


def _lora_forward(module: Any, hidden: torch.Tensor) -> torch.Tensor:
    base = module.base_layer
    if module.disable_adapters or module.merged:
        return base(hidden)
    return LoraLinear.apply(  # type: ignore[no-any-return]
        hidden,
        base.weight,
        base.bias,
        module.lora_A[ADAPTER].weight,
        module.lora_B[ADAPTER].weight,
        module.scaling[ADAPTER],
    )


class LoraLinear(torch.autograd.Function):
    """`x W' + s (x A') B'`, the sum formed in place; the adapter computes in the type of `x` and keeps its own."""

    @staticmethod
    def forward(
        ctx: Any,
        hidden: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        down: torch.Tensor,
        up: torch.Tensor,
        scale: float,
    ) -> torch.Tensor:
        flat = hidden.reshape(-1, hidden.shape[-1])
        narrow = flat @ down.to(flat.dtype).t()
        output = F.linear(flat, weight, bias)
        output.addmm_(narrow, up.to(flat.dtype).t(), alpha=scale)
        ctx.save_for_backward(flat, narrow, weight, down, up)
        ctx.scale = scale
        return output.view(*hidden.shape[:-1], weight.shape[0])

    @staticmethod
    def backward(ctx: Any, *outputs: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        flat, narrow, weight, down, up = ctx.saved_tensors
        gradient = outputs[0].reshape(-1, outputs[0].shape[-1])
        narrow_gradient = (gradient @ up.to(gradient.dtype)).mul_(ctx.scale)
        up_gradient = (gradient.t() @ narrow).mul_(ctx.scale).to(up.dtype)
        down_gradient = (narrow_gradient.t() @ flat).to(down.dtype)
        hidden_gradient = None
        if ctx.needs_input_grad[0]:
            hidden_gradient = gradient @ weight
            hidden_gradient.addmm_(narrow_gradient, down.to(gradient.dtype))
            hidden_gradient = hidden_gradient.view(*outputs[0].shape[:-1], weight.shape[1])
        return hidden_gradient, None, None, down_gradient, up_gradient, None


# Root mean square norm with a frozen weight


def _norm_forward(module: Any) -> Any:
    weight: torch.Tensor = module.weight
    epsilon = float(getattr(module, "variance_epsilon", getattr(module, "eps", 0.0)))
    if weight.requires_grad or weight.dtype != torch.float32:
        # In half precision the models round in places of their own.
        return None
    # Gemma keeps its weight as a distance from 1.
    factor = weight.detach() + 1.0 if type(module).__name__.startswith("Gemma") else weight.detach()
    return lambda hidden: RmsNorm.apply(hidden, factor, epsilon)


class RmsNorm(torch.autograd.Function):
    """`x / rms(x) * weight` over the last dimension."""

    @staticmethod
    def forward(ctx: Any, hidden: torch.Tensor, factor: torch.Tensor, epsilon: float) -> torch.Tensor:
        inverse = hidden.square().mean(-1, keepdim=True).add_(epsilon).rsqrt_()
        ctx.save_for_backward(hidden, factor, inverse)
        return torch.mul(hidden, inverse).mul_(factor)

    @staticmethod
    def backward(ctx: Any, *outputs: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        hidden, factor, inverse = ctx.saved_tensors
        scaled = outputs[0] * factor
        share = (scaled * hidden).sum(-1, keepdim=True).mul_(inverse.pow(3)).div_(-hidden.shape[-1])
        return scaled.mul_(inverse).addcmul_(hidden, share), None, None


# The trial


@torch.no_grad()
def _computes_the_same(module: Any, replacement: Any) -> bool:
    weight = module.base_layer.weight if hasattr(module, "base_layer") else module.weight
    generator = torch.Generator().manual_seed(0)
    trial = torch.randn(1, 3, weight.shape[-1], generator=generator).to(weight.device, weight.dtype)
    try:
        expected, found = module.forward(trial), replacement(trial)
    except (RuntimeError, TypeError):
        return False
    tolerance = TOLERANCE.get(weight.dtype, 0.0)
    return expected.dtype == found.dtype and torch.allclose(expected, found, rtol=tolerance, atol=tolerance)
