"""
Attention over packed rows: each document attends to itself alone, and no mask of row by row is ever built.

Registered with transformers' AttentionInterface, so that projections, rotary positions and norms stay the
model's own. The segments of a row travel as a keyword argument through the model's forward.
"""

from __future__ import annotations

import functools
import importlib
import inspect
from typing import Any

import torch
import torch.nn.functional as F

NAME = "training_camp_packed"


class Segments:
    """Lengths of the documents in a packed row, with what the kernels need of them."""

    def __init__(self, lengths: list[int], device: torch.device) -> None:
        self.lengths = lengths
        self.longest = max(lengths)
        self.offsets: torch.Tensor | None = None
        if device.type == "cuda":
            bounds = torch.tensor([0, *lengths], dtype=torch.int32).cumsum(0, dtype=torch.int32)
            self.offsets = bounds.pin_memory().to(device, non_blocking=True)


def register() -> None:
    """Makes the attention known to transformers under NAME."""
    from transformers import AttentionInterface, AttentionMaskInterface

    AttentionInterface.register(NAME, packed_attention)
    AttentionMaskInterface.register(NAME, _no_mask)


def packed_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    sliding_window: int | None = None,
    softcap: float | None = None,
    segments: Segments | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """(1, heads, tokens, size) in, (1, tokens, heads, size) out."""
    if segments is None:
        raise RuntimeError("this architecture does not hand the segments of a packed row to its attention")
    kernel = _varlen_kernel(query, softcap)
    if kernel is not None and segments.offsets is not None:
        heads_last = (query[0].transpose(0, 1), key[0].transpose(0, 1), value[0].transpose(0, 1))
        return _torch_varlen(kernel, *heads_last, segments, scaling, sliding_window)[None], None
    groups = query.shape[1] // key.shape[1]
    parts = zip(
        query.split(segments.lengths, 2), key.split(segments.lengths, 2), value.split(segments.lengths, 2), strict=True
    )
    outputs = [_attend(q, k, v, scaling, sliding_window, softcap, groups) for q, k, v in parts]
    output = torch.cat(outputs, 2) if len(outputs) > 1 else outputs[0]
    return output.transpose(1, 2), None


def _attend(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    scaling: float | None,
    sliding_window: int | None,
    softcap: float | None,
    groups: int,
) -> torch.Tensor:
    length = query.shape[2]
    is_windowed = sliding_window is not None and length > sliding_window
    if not is_windowed and softcap is None:
        return F.scaled_dot_product_attention(query, key, value, is_causal=True, scale=scaling, enable_gqa=groups > 1)
    mask = torch.ones(length, length, dtype=torch.bool, device=query.device).tril()
    if is_windowed and sliding_window is not None:
        mask &= torch.ones_like(mask).triu(1 - sliding_window)
    if softcap is None:
        return F.scaled_dot_product_attention(query, key, value, attn_mask=mask, scale=scaling, enable_gqa=groups > 1)
    if groups > 1:
        key, value = key.repeat_interleave(groups, 1), value.repeat_interleave(groups, 1)
    scores = (query @ key.transpose(-1, -2)) * (scaling if scaling is not None else query.shape[-1] ** -0.5)
    scores = torch.tanh(scores / softcap) * softcap
    scores = scores.masked_fill(~mask, float("-inf"))
    return scores.softmax(-1, dtype=torch.float32).to(query.dtype) @ value


def _varlen_kernel(query: torch.Tensor, softcap: float | None) -> Any:
    """torch's kernel for many documents at once, where this device, type and head size have one."""
    if query.device.type != "cuda" or softcap is not None:
        return None
    if query.dtype not in (torch.bfloat16, torch.float16) or query.shape[-1] > 256:
        return None
    return find_varlen()


@functools.cache
def find_varlen() -> Any:
    """torch's `varlen_attn`, which came with 2.10, or None."""
    try:
        return importlib.import_module("torch.nn.attention.varlen").varlen_attn
    except (ImportError, AttributeError):
        return None


def _torch_varlen(
    kernel: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    segments: Segments,
    scaling: float | None,
    sliding_window: int | None,
) -> torch.Tensor:
    """(tokens, heads, size) in and out. Windows and grouped heads were added to the kernel one by one."""
    known = _parameters_of(kernel)
    options: dict[str, Any] = {}
    if "scale" in known:
        options["scale"] = scaling
    elif scaling is not None:
        query = query * (scaling * query.shape[-1] ** 0.5)
    if "window_size" in known:
        options["window_size"] = (-1, 0) if sliding_window is None else (sliding_window - 1, 0)
    elif sliding_window is None or segments.longest <= sliding_window:
        options["is_causal"] = True
    else:
        raise RuntimeError("this version of torch has no sliding window for packed attention")
    if query.shape[1] != key.shape[1]:
        if "enable_gqa" in known:
            options["enable_gqa"] = True
        else:
            groups = query.shape[1] // key.shape[1]
            key, value = key.repeat_interleave(groups, 1), value.repeat_interleave(groups, 1)
    offsets = segments.offsets
    return kernel(query, key, value, offsets, offsets, segments.longest, segments.longest, **options)


@functools.cache
def _parameters_of(kernel: Any) -> frozenset[str]:
    return frozenset(inspect.signature(kernel).parameters)


def _no_mask(*_: Any, **__: Any) -> None:
    return None
