"""
Keys and values of running answers, and attention over them.

All prompts of a batch share a prefix (the system prompt, the examples): its keys and values are computed and kept once,
and every answer attends to them in one product. Nothing is padded: prompts are read packed, one after the other, and
a decoding step is a row with one token of each answer.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

NAME = "training_camp_cached"


def register() -> None:
    """Makes the attention known to transformers under NAME."""
    from transformers import AttentionInterface, AttentionMaskInterface

    AttentionInterface.register(NAME, _cached_attention)
    AttentionMaskInterface.register(NAME, _no_mask)


class KvStore:
    """Per layer a shared prefix and one own part per answer. `lengths` counts own positions that are filled."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.prefix: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}
        self.own: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}
        self.prompt_lengths: list[int] | None = None
        """Set while prompts are read packed; None while decoding."""
        self.lengths = torch.zeros(0, dtype=torch.long)
        self.is_reading_prefix = False

    @property
    def prefix_length(self) -> int:
        return next(iter(self.prefix.values()))[0].shape[2] if self.prefix and not self.is_reading_prefix else 0

    def keep(self, answers: torch.Tensor) -> None:
        """Forgets all answers but these."""
        self.own = {layer: (k[answers], v[answers]) for layer, (k, v) in self.own.items()}
        self.lengths = self.lengths[answers]

    def start(self, prompt_lengths: list[int], device: torch.device) -> None:
        """The next forward reads these prompts, packed."""
        self.own = {}
        self.prompt_lengths = prompt_lengths
        self.lengths = torch.tensor(prompt_lengths, device=device)

    def attend(
        self,
        layer: int,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        scaling: float,
        window: int | None,
        softcap: float | None,
    ) -> torch.Tensor:
        """(1, heads, tokens, size) in, (1, tokens, heads, size) out."""
        if self.is_reading_prefix:
            self.prefix[layer] = (key, value)
            return _attend(query, key, value, scaling, window, softcap, 0).transpose(1, 2)
        if self.prompt_lengths is not None:
            return self._read_prompts(layer, query, key, value, scaling, window, softcap)
        return self._decode(layer, query, key, value, scaling, window, softcap)

    def _read_prompts(
        self,
        layer: int,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        scaling: float,
        window: int | None,
        softcap: float | None,
    ) -> torch.Tensor:
        lengths = self.prompt_lengths or []
        shape = (len(lengths), key.shape[1], self.capacity, key.shape[3])
        # Zeros, not empty: a masked position weighs 0, and 0 times a NaN that lay in memory is a NaN.
        own = self.own[layer] = (key.new_zeros(shape), value.new_zeros(shape))
        prefix = self.prefix.get(layer)
        outputs: list[torch.Tensor] = []
        parts = zip(query.split(lengths, 2), key.split(lengths, 2), value.split(lengths, 2), strict=True)
        for answer, (q, k, v) in enumerate(parts):
            own[0][answer, :, : k.shape[2]] = k[0]
            own[1][answer, :, : v.shape[2]] = v[0]
            seen = 0 if prefix is None else prefix[0].shape[2]
            if prefix is not None:
                k, v = torch.cat([prefix[0], k], 2), torch.cat([prefix[1], v], 2)
            outputs.append(_attend(q, k, v, scaling, window, softcap, seen))
        return torch.cat(outputs, 2).transpose(1, 2)

    def _decode(
        self,
        layer: int,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        scaling: float,
        window: int | None,
        softcap: float | None,
    ) -> torch.Tensor:
        keys, values = self.own[layer]
        count, heads, _, size = keys.shape
        answers = torch.arange(count, device=keys.device)
        keys[answers, :, self.lengths] = key[0].transpose(0, 1)
        values[answers, :, self.lengths] = value[0].transpose(0, 1)
        filled = int(self.lengths.max()) + 1
        # (answers, key heads, queries per key head, size)
        q = query[0].transpose(0, 1).reshape(count, heads, -1, size)
        groups = q.shape[2]
        scores = q @ keys[:, :, :filled].transpose(2, 3)
        at = torch.arange(filled, device=keys.device)
        hidden = at > self.lengths[:, None]
        if window is not None:
            hidden = hidden | (at <= self.lengths[:, None] - window)
        scores = _capped(scores * scaling, softcap).masked_fill(hidden[:, None, None], float("-inf"))
        prefix = self.prefix.get(layer)
        seen = 0
        if prefix is not None:
            seen = prefix[0].shape[2]
            together = q.transpose(0, 1).reshape(heads, count * groups, size)
            shared = (together @ prefix[0][0].transpose(1, 2)).reshape(heads, count, groups, seen).transpose(0, 1)
            shared = _capped(shared * scaling, softcap)
            if window is not None:
                before = torch.arange(seen, device=keys.device)
                too_far = before <= seen + self.lengths[:, None] - window
                shared = shared.masked_fill(too_far[:, None, None], float("-inf"))
            scores = torch.cat([shared, scores], 3)
        weights = scores.softmax(-1, dtype=torch.float32).to(value.dtype)
        output = weights[..., seen:] @ values[:, :, :filled]
        if prefix is not None:
            together = weights[..., :seen].transpose(0, 1).reshape(heads, count * groups, seen)
            output = output + (together @ prefix[1][0]).reshape(heads, count, groups, size).transpose(0, 1)
        return output.reshape(1, count, heads * groups, size)


def _attend(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    scaling: float,
    window: int | None,
    softcap: float | None,
    seen: int,
) -> torch.Tensor:
    """Causal attention of queries that follow `seen` earlier positions."""
    length, total = query.shape[2], key.shape[2]
    grouped = query.shape[1] != key.shape[1]
    is_windowed = window is not None and total > window
    if seen == 0 and not is_windowed and softcap is None:
        return F.scaled_dot_product_attention(query, key, value, is_causal=True, scale=scaling, enable_gqa=grouped)
    visible = torch.ones(length, total, dtype=torch.bool, device=query.device).tril(seen)
    if is_windowed and window is not None:
        visible &= torch.ones_like(visible).triu(seen - window + 1)
    if softcap is None:
        return F.scaled_dot_product_attention(query, key, value, attn_mask=visible, scale=scaling, enable_gqa=grouped)
    groups = query.shape[1] // key.shape[1]
    key, value = key.repeat_interleave(groups, 1), value.repeat_interleave(groups, 1)
    scores = _capped((query @ key.transpose(2, 3)) * scaling, softcap).masked_fill(~visible, float("-inf"))
    return scores.softmax(-1, dtype=torch.float32).to(value.dtype) @ value


def _capped(scores: torch.Tensor, softcap: float | None) -> torch.Tensor:
    return scores if softcap is None else torch.tanh(scores / softcap) * softcap


def _cached_attention(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    sliding_window: int | None = None,
    softcap: float | None = None,
    store: KvStore | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    if store is None:
        raise RuntimeError("this architecture does not hand the store of keys and values to its attention")
    scale = scaling if scaling is not None else query.shape[-1] ** -0.5
    return store.attend(module.layer_idx, query, key, value, scale, sliding_window, softcap), None


def _no_mask(*_: Any, **__: Any) -> None:
    return None
