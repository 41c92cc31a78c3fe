"""Perplexity over documents, with an interval that says how much chance of the documents is in it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from . import attention
from .attention import Segments
from .data import Encoded
from .model import Anatomy

PACK_TOKENS = 1024
HEAD_ROWS = 256
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Perplexity:
    """exp of the mean negative log-likelihood of the trained tokens; the interval is 95 % over documents."""

    value: float
    interval: tuple[float, float]
    documents: int
    tokens: int


@torch.inference_mode()
def document_losses(
    model: Any, documents: Sequence[Encoded], on_document: Callable[[int], None] = lambda _count: None
) -> list[float]:
    """Summed negative log-likelihood of each document's trained tokens, documents packed but apart."""
    attention.register()
    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    base.set_attn_implementation(attention.NAME)
    anatomy = Anatomy.of(model)
    device = next(anatomy.head.parameters()).device
    losses: list[float] = []
    for pack in _packs(documents):
        lengths = [len(document.ids) for document in pack]
        ids = torch.tensor([token for document in pack for token in document.ids], device=device)
        positions = torch.cat([torch.arange(length, device=device) for length in lengths])[None]
        hidden = anatomy.decoder(
            input_ids=ids[None], position_ids=positions, segments=Segments(lengths, device), use_cache=False
        ).last_hidden_state[0]
        trained = torch.tensor([flag for document in pack for flag in document.trained], device=device)
        at = trained.nonzero()[:, 0]
        per_token = torch.cat([_losses(anatomy, hidden[part - 1], ids[part]) for part in at.split(HEAD_ROWS)]).tolist()
        start = 0
        for document in pack:
            losses.append(math.fsum(per_token[start : start + document.trained_tokens]))
            start += document.trained_tokens
        on_document(len(losses))
    return losses


def perplexity(losses: Sequence[float], tokens: Sequence[int], seed: int) -> Perplexity:
    """Over documents by the percentile bootstrap (Efron), resampled with a seed; shared draws make two comparable."""
    loss, count = np.array(losses), np.array(tokens, dtype=np.float64)
    drawn = np.random.default_rng(seed).integers(0, len(loss), (RESAMPLES, len(loss)))
    means = loss[drawn].sum(1) / count[drawn].sum(1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Perplexity(
        _exp(math.fsum(losses) / sum(tokens)), (_exp(float(low)), _exp(float(high))), len(losses), sum(tokens)
    )


def _packs(documents: Sequence[Encoded]) -> list[list[Encoded]]:
    packs: list[list[Encoded]] = []
    tokens = 0
    for document in documents:
        if not packs or tokens + len(document.ids) > PACK_TOKENS:
            packs.append([])
            tokens = 0
        packs[-1].append(document)
        tokens += len(document.ids)
    return packs


def _losses(anatomy: Anatomy, hidden: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    logits = anatomy.head(hidden).float()
    if anatomy.softcap is not None:
        logits = torch.tanh(logits / anatomy.softcap) * anatomy.softcap
    return torch.nn.functional.cross_entropy(logits, targets, reduction="none")


def _exp(value: float) -> float:
    return math.exp(value) if value < 700 else math.inf
