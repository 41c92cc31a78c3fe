"""Corpora of random tokens, without a tokenizer."""

from __future__ import annotations

import numpy as np

from training_camp.corpus import Corpus


def random_corpus(lengths, *, vocabulary=300, seed=0, context_share=0.3, weights=None):
    generator = np.random.default_rng(seed)
    total = sum(lengths)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    ids = generator.integers(5, vocabulary, total).astype(np.int32)
    mask = np.ones(total, dtype=np.float32) if weights is None else np.asarray(weights, dtype=np.float32)
    for start, length in zip(starts, lengths, strict=False):
        mask[start : start + max(1, int(length * context_share))] = 0
    return Corpus(ids, mask, starts, list(range(100, 100 + len(lengths))))
