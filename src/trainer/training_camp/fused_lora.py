"""LoRA on frozen linear layers that read the same input: one pass for all of their narrow halves, sums in place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F

from .lora import ADAPTER

# Of a projection: weight, bias, down, up.
TENSORS = 4


@dataclass(frozen=True)
class Projection:
    """`x W' + b + s (x A') B'` as tensors: W (out, in), A (rank, in), B (out, rank)."""

    weight: torch.Tensor
    bias: torch.Tensor | None
    down: torch.Tensor
    up: torch.Tensor
    scale: float

    @staticmethod
    def of(module: Any) -> Projection:
        """The tensors of a plain LoRA module."""
        base = module.base_layer
        down, up = module.lora_A[ADAPTER].weight, module.lora_B[ADAPTER].weight
        return Projection(base.weight, base.bias, down, up, module.scaling[ADAPTER])

    @property
    def tensors(self) -> tuple[torch.Tensor | None, ...]:
        return self.weight, self.bias, self.down, self.up


def pack(projections: list[Projection]) -> tuple[tuple[float, ...], tuple[torch.Tensor | None, ...]]:
    """Scales, and tensors in one row, as an autograd function takes them."""
    return tuple(p.scale for p in projections), tuple(tensor for p in projections for tensor in p.tensors)


def unpack(scales: tuple[float, ...], tensors: Any) -> list[Projection]:
    """What `pack` took apart."""
    found: list[Projection] = []
    for at, scale in enumerate(scales):
        weight, bias, down, up = tensors[TENSORS * at : TENSORS * (at + 1)]
        found.append(Projection(weight, bias, down, up, scale))
    return found


def is_plain_lora(module: Any) -> bool:
    """Whether a module is PEFT's LoRA on a frozen linear layer and nothing else."""
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


def is_active(module: Any) -> bool:
    """Whether the adapter of a plain LoRA module takes part now."""
    return not (module.disable_adapters or module.merged)


def project(flat: torch.Tensor, projections: list[Projection]) -> tuple[list[torch.Tensor], torch.Tensor]:
    """Outputs for (tokens, in), and the narrow halves side by side, which the backward pass needs."""
    narrow = flat @ _downs(projections, flat.dtype).t()
    outputs: list[torch.Tensor] = []
    for projection, part in zip(projections, _parts(narrow, projections), strict=True):
        output = F.linear(flat, projection.weight, projection.bias)
        outputs.append(output.addmm_(part, projection.up.to(flat.dtype).t(), alpha=projection.scale))
    return outputs, narrow


def project_back(
    gradients: list[torch.Tensor],
    flat: torch.Tensor,
    narrow: torch.Tensor,
    projections: list[Projection],
    *,
    needs_input: bool,
) -> tuple[torch.Tensor | None, list[torch.Tensor | None]]:
    """Gradients with respect to the input and, in the order of `pack`, to the tensors."""
    narrow_gradient = torch.empty_like(narrow)
    found: list[torch.Tensor | None] = []
    rows = zip(gradients, projections, _parts(narrow, projections), _parts(narrow_gradient, projections), strict=True)
    for gradient, projection, part, part_gradient in rows:
        torch.mm(gradient, projection.up.to(gradient.dtype), out=part_gradient).mul_(projection.scale)
        # The narrow side first: the other way round the product is half as fast.
        up_gradient = (part.t() @ gradient).mul_(projection.scale).t()
        found += [None, None, None, up_gradient.to(projection.up.dtype)]
    down_gradients = (narrow_gradient.t() @ flat).split([p.down.shape[0] for p in projections])
    for at, (projection, down_gradient) in enumerate(zip(projections, down_gradients, strict=True)):
        found[TENSORS * at + 2] = down_gradient.to(projection.down.dtype)
    if not needs_input:
        return None, found
    hidden_gradient = gradients[0] @ projections[0].weight
    for gradient, projection in zip(gradients[1:], projections[1:], strict=True):
        hidden_gradient.addmm_(gradient, projection.weight)
    hidden_gradient.addmm_(narrow_gradient, _downs(projections, hidden_gradient.dtype))
    return hidden_gradient, found


def _downs(projections: list[Projection], dtype: torch.dtype) -> torch.Tensor:
    if len(projections) == 1:
        return projections[0].down.to(dtype)
    return torch.cat([projection.down for projection in projections]).to(dtype)


def _parts(narrow: torch.Tensor, projections: list[Projection]) -> tuple[torch.Tensor, ...]:
    return narrow.split([projection.down.shape[0] for projection in projections], 1)


class LoraLinears(torch.autograd.Function):
    """Several projections of one input, as a tuple of outputs."""

    @staticmethod
    def forward(
        ctx: Any, hidden: torch.Tensor, scales: tuple[float, ...], *tensors: torch.Tensor | None
    ) -> tuple[torch.Tensor, ...]:
        projections = unpack(scales, tensors)
        flat = hidden.reshape(-1, hidden.shape[-1])
        outputs, narrow = project(flat, projections)
        ctx.save_for_backward(flat, narrow, *tensors)
        ctx.scales, ctx.shape = scales, hidden.shape
        return tuple(output.view(*hidden.shape[:-1], output.shape[-1]) for output in outputs)

    @staticmethod
    def backward(ctx: Any, *outputs: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        flat, narrow, *tensors = ctx.saved_tensors
        gradients = [output.reshape(-1, output.shape[-1]) for output in outputs]
        hidden, found = project_back(
            gradients, flat, narrow, unpack(ctx.scales, tensors), needs_input=ctx.needs_input_grad[0]
        )
        return (None if hidden is None else hidden.view(ctx.shape), None, *found)


class SharedInput:
    """
    Modules that a layer calls one after the other on the same hidden states (q, k and v): the first call computes
    all of them, the others take what is there. A call with any other input computes anew.
    """

    def __init__(self, modules: list[Any]) -> None:
        self._modules = modules
        self._hidden: torch.Tensor | None = None
        self._version = 0
        self._waiting: dict[int, torch.Tensor] = {}

    def call(self, index: int, hidden: torch.Tensor) -> torch.Tensor:
        """The output of one of the modules."""
        if hidden is not self._hidden or hidden._version != self._version or index not in self._waiting:
            outputs = LoraLinears.apply(hidden, *_spread(self._modules))
            self._hidden, self._version = hidden, hidden._version
            self._waiting = dict(enumerate(outputs))
        output = self._waiting.pop(index)
        if not self._waiting:
            self._hidden = None
        return output


def lora_forward(module: Any) -> Any:
    """The forward pass of one module on its own."""

    def forward(hidden: torch.Tensor, *_: Any, **__: Any) -> torch.Tensor:
        if not is_active(module):
            return module.base_layer(hidden)  # type: ignore[no-any-return]
        return LoraLinears.apply(hidden, *_spread([module]))[0]  # type: ignore[no-any-return]

    return forward


def shared_forwards(modules: list[Any]) -> list[Any]:
    """One forward pass for each of the modules, which share their work."""
    shared = SharedInput(modules)

    def forward_of(index: int) -> Any:
        def forward(hidden: torch.Tensor, *_: Any, **__: Any) -> torch.Tensor:
            if not all(map(is_active, modules)):
                return lora_forward(modules[index])(hidden)  # type: ignore[no-any-return]
            return shared.call(index, hidden)

        return forward

    return [forward_of(index) for index in range(len(modules))]


def _spread(modules: list[Any]) -> tuple[Any, ...]:
    scales, tensors = pack([Projection.of(module) for module in modules])
    return (scales, *tensors)
