"""
The same arithmetic in fewer passes over memory, for the parts that a plain LoRA run spends its time in.

PEFT and transformers keep owning parameters and modules; only `forward` of single modules is replaced, and only
where a trial on random input shows that the replacement computes the same values and gradients on this machine.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Sequence
from typing import Any

import torch

from .fused_lora import is_plain_lora, lora_forward, shared_forwards
from .fused_mlp import gated_forward, is_gated_block
from .fused_norm import is_root_mean_square, norm_forward
from .fused_rotary import original_rotary, rotary_forward, rotate

TOLERANCE = {torch.float32: 1e-5, torch.bfloat16: 2e-2, torch.float16: 2e-3}
SHARED = ("q_proj", "k_proj", "v_proj")
TRIAL_TOKENS = 3

Function = Callable[..., Any]


def fuse(model: torch.nn.Module) -> int:
    """Replaces what can be replaced and returns how many modules that were."""
    trials = _Trials()
    count = 0
    for module in model.modules():
        count += _fuse_module(module, trials)
    return count


def _fuse_module(module: Any, trials: _Trials) -> int:
    """A block comes before its projections: those then serve where the block steps back."""
    if is_gated_block(module):
        return _replace([module], [gated_forward(module)], trials)
    shared = [getattr(module, name, None) for name in SHARED]
    if all(map(is_plain_lora, shared)):
        rotary = rotary_forward(module)
        if rotary is not None and trials.rotary_agrees(module, shared[0]):
            module.forward = rotary
        return _replace(shared, shared_forwards(shared), trials)
    if is_plain_lora(module) and "forward" not in vars(module):
        return _replace([module], [lora_forward(module)], trials)
    if is_root_mean_square(module):
        return _replace([module], [norm_forward(module)], trials)
    return 0


def _replace(modules: Sequence[Any], forwards: Sequence[Function], trials: _Trials) -> int:
    if not trials.agree(modules, forwards):
        return 0
    for module, forward in zip(modules, forwards, strict=True):
        module.forward = forward
    return len(modules)


class _Trials:
    """One trial for each kind and shape: the layers of a model are alike."""

    def __init__(self) -> None:
        self._known: dict[object, bool] = {}

    def agree(self, modules: Sequence[Any], forwards: Sequence[Function]) -> bool:
        """Whether replacements for modules that read the same input compute what the modules do."""
        parameters = [parameter for module in modules for parameter in module.parameters()]
        key = (tuple(map(type, modules)), tuple((p.shape, p.dtype, p.device, p.requires_grad) for p in parameters))
        if key not in self._known:
            with _adapters_that_do_something(modules):
                weight = parameters[0]
                trial = _random(weight, 1, TRIAL_TOKENS, weight.shape[-1])
                trained = [parameter for parameter in parameters if parameter.requires_grad]
                originals = [module.forward for module in modules]
                self._known[key] = _computes_the_same(originals, forwards, [trial], trained)
        return self._known[key]

    def rotary_agrees(self, attention: Any, projection: Any) -> bool:
        """The same for the rotary function of an attention."""
        weight = projection.base_layer.weight
        size = getattr(attention, "head_dim", 0)
        original = original_rotary(attention)
        key = (original, size, weight.dtype, weight.device)
        if key not in self._known:
            query, states = _random(weight, 1, 4, TRIAL_TOKENS, size), _random(weight, 1, 2, TRIAL_TOKENS, size)
            cos, sin = (_random(weight, 1, TRIAL_TOKENS, size) for _ in range(2))
            constants = (cos, sin)
            self._known[key] = _computes_the_same(
                [lambda q, k: original(q, k, *constants)], [lambda q, k: rotate(q, k, *constants)], [query, states], []
            )
        return self._known[key]


def _random(like: torch.Tensor, *shape: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(*shape, generator=generator).to(like.device, like.dtype)


@contextlib.contextmanager
def _adapters_that_do_something(modules: Sequence[Any]) -> Generator[None]:
    """Fresh adapters add nothing, and a trial of them would show nothing: they are random for its time."""
    trained = [p for module in modules for p in module.parameters() if p.requires_grad]
    kept = [parameter.detach().clone() for parameter in trained]
    with torch.no_grad():
        for parameter in trained:
            parameter.copy_(_random(parameter, *parameter.shape).mul_(0.05))
    try:
        yield
    finally:
        with torch.no_grad():
            for parameter, value in zip(trained, kept, strict=True):
                parameter.copy_(value)


def _computes_the_same(
    originals: Sequence[Function],
    replacements: Sequence[Function],
    inputs: Sequence[torch.Tensor],
    parameters: Sequence[torch.Tensor],
) -> bool:
    try:
        expected = _values_and_gradients(originals, inputs, parameters)
        found = _values_and_gradients(replacements, inputs, parameters)
    except (RuntimeError, TypeError):
        return False
    tolerance = TOLERANCE.get(inputs[0].dtype, 0.0)
    return len(expected) == len(found) and all(
        left.dtype == right.dtype and _distance(left, right) <= tolerance
        for left, right in zip(expected, found, strict=True)
    )


@torch.enable_grad()
def _values_and_gradients(
    functions: Sequence[Function], inputs: Sequence[torch.Tensor], parameters: Sequence[torch.Tensor]
) -> list[torch.Tensor]:
    leaves = [value.clone().requires_grad_() for value in inputs]
    outputs: list[torch.Tensor] = []
    for function in functions:
        output = function(*leaves)
        outputs += output if isinstance(output, tuple) else [output]
    directions = [_random(output, *output.shape) for output in outputs]
    gradients = torch.autograd.grad(outputs, [*leaves, *parameters], directions)
    return [output.detach() for output in outputs] + list(gradients)


def _distance(left: torch.Tensor, right: torch.Tensor) -> float:
    """Relative to the size of the first, in the mean of squares."""
    difference, size = (left.float() - right.float()).norm(), left.float().norm()
    return float((difference / (size + 1e-12)).item())
