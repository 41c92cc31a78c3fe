"""Rotary positions in three passes over memory instead of a dozen, forward and backward."""

from __future__ import annotations

import types
from typing import Any

import torch

NAME = "apply_rotary_pos_emb"


def rotary_forward(attention: Any) -> Any:
    """
    The attention's own forward pass with our rotary function in place of its file's; None where it has none. The
    library's module stays as it is: only this one object calls ours.
    """
    forward = type(attention).forward
    code = getattr(forward, "__code__", None)
    if "forward" in vars(attention) or code is None or NAME not in code.co_names or NAME not in forward.__globals__:
        return None
    own = types.FunctionType(
        code, {**forward.__globals__, NAME: rotate}, forward.__name__, forward.__defaults__, forward.__closure__
    )
    own.__kwdefaults__ = forward.__kwdefaults__
    return types.MethodType(own, attention)


def original_rotary(attention: Any) -> Any:
    """The rotary function of the attention's own file."""
    return type(attention).forward.__globals__[NAME]


def rotate(
    query: torch.Tensor, key: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, unsqueeze_dim: int = 1
) -> tuple[torch.Tensor, torch.Tensor]:
    """(1, heads, tokens, size) in and out; (1, tokens, size) of cosines and sines."""
    cos, sin = cos.unsqueeze(unsqueeze_dim), sin.unsqueeze(unsqueeze_dim)
    return Rotary.apply(query, cos, sin), Rotary.apply(key, cos, sin)


class Rotary(torch.autograd.Function):
    """`x cos + (-x2, x1) sin`, where x1 and x2 are the halves of the last dimension."""

    @staticmethod
    def forward(ctx: Any, states: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(cos, sin)
        half = states.shape[-1] // 2
        output = states * cos
        output[..., :half].addcmul_(states[..., half:], sin[..., :half], value=-1)
        output[..., half:].addcmul_(states[..., :half], sin[..., half:])
        return output

    @staticmethod
    def backward(ctx: Any, *outputs: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        cos, sin = ctx.saved_tensors
        (gradient,) = outputs
        half = gradient.shape[-1] // 2
        found = gradient * cos
        found[..., :half].addcmul_(gradient[..., half:], sin[..., half:])
        found[..., half:].addcmul_(gradient[..., :half], sin[..., :half], value=-1)
        return found, None, None
