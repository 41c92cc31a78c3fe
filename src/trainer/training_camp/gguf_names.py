"""Names and row order of the projections in transformers and in llama.cpp."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

NORMS = {"attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm"}
PROJECTIONS = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def permute(rows: Array, heads: int) -> Array:
    """Row order of q and k as llama.cpp's `llama` architecture keeps it: rotary pairs next to each other.

    transformers keeps the first halves of all pairs of a head in front of the second halves.
    """
    return _regroup(rows, heads, 2, rows.shape[0] // heads // 2)


def unpermute(rows: Array, heads: int) -> Array:
    """The inverse of `permute`."""
    return _regroup(rows, heads, rows.shape[0] // heads // 2, 2)


def _regroup(rows: Array, heads: int, outer: int, inner: int) -> Array:
    grouped = rows.reshape(heads, outer, inner, *rows.shape[1:])
    return np.ascontiguousarray(grouped.swapaxes(1, 2)).reshape(rows.shape)
