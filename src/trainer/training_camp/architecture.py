"""Proves on a few tokens that a base model computes in a packed row what it computes for a document alone.

Not every architecture hands its attention to transformers' interface, restarts its positions, or has attention alone:
sinks, ALiBi, recurrent and convolutional layers would be dropped, or would run on from one document into the next,
without any error. So each model is tried, whatever it is called.
"""

from __future__ import annotations

from typing import Any

import torch

from . import attention
from .attention import Segments
from .errors import is_out_of_memory
from .model import Anatomy
from .refusal import Refusal

LENGTHS = (19, 13)
# Relative, of the last hidden states: between kernels, and for what one document may change in the other at all.
KERNEL_TOLERANCE = {torch.float32: 1e-3, torch.bfloat16: 0.15, torch.float16: 0.02}
LEAK_TOLERANCE = {torch.float32: 1e-4, torch.bfloat16: 0.02, torch.float16: 5e-3}
HINT = "Use a Llama-, Qwen-, Mistral-, Gemma- or Phi-like causal model."


@torch.no_grad()
def check_architecture(model: Any) -> None:
    """Raises a Refusal where packed training would not be the model's own computation. Leaves the model as it was."""
    decoder = Anatomy.of(model).decoder
    embeddings = decoder.get_input_embeddings()
    device = embeddings.weight.device
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(0, embeddings.num_embeddings, (sum(LENGTHS),), generator=generator).to(device)
    before = model.config._attn_implementation
    attention.register()
    try:
        model.set_attn_implementation(attention.NAME)
        packed = _packed(model, decoder, ids)
        other = torch.cat([ids[: LENGTHS[0]].flip(0), ids[LENGTHS[0] :]])
        beside_another = _packed(model, decoder, other)[LENGTHS[0] :]
        model.set_attn_implementation("eager")
        parts = [decoder(input_ids=part[None], use_cache=False).last_hidden_state[0] for part in ids.split(LENGTHS)]
        alone = torch.cat(parts)
    finally:
        model.set_attn_implementation(before)
    if not bool(torch.isfinite(alone).all()):
        # Broken weights say nothing about the architecture. The first step finds them, and names its rows.
        return
    leak = _difference(beside_another, packed[LENGTHS[0] :])
    if not leak <= LEAK_TOLERANCE[packed.dtype]:
        raise _unsupported(model, f"lets a document see the one before it in a packed row ({leak:.2g})")
    difference = _difference(packed, alone)
    if not difference <= KERNEL_TOLERANCE[packed.dtype]:
        raise _unsupported(
            model, f"computes something else in a packed row than for a document alone ({difference:.2g})"
        )


def _packed(model: Any, decoder: Any, ids: torch.Tensor) -> torch.Tensor:
    positions = torch.cat([torch.arange(length, device=ids.device) for length in LENGTHS])[None]
    segments = Segments(list(LENGTHS), ids.device)
    try:
        return decoder(
            input_ids=ids[None], position_ids=positions, segments=segments, use_cache=False
        ).last_hidden_state[0]
    except (TypeError, ValueError, AttributeError, RuntimeError) as error:
        if is_out_of_memory(error):
            raise
        raise _unsupported(model, f"does not take packed rows ({error})") from error


def _difference(found: torch.Tensor, expected: torch.Tensor) -> float:
    return ((found.float() - expected.float()).norm() / expected.float().norm()).item()


def _unsupported(model: Any, why: str) -> Refusal:
    return Refusal("architecture_unsupported", f"{type(model).__name__} {why}, so it cannot be trained here.", HINT)
