"""A value for each trained token of a split."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch

from .corpus import Corpus, MicroBatch


@dataclass(frozen=True)
class TargetValues:
    """Document after document; `counts` says how many values each has. What is not known yet is NaN."""

    values: torch.Tensor
    counts: list[int]
    documents_per_example: int

    @staticmethod
    def unknown(corpus: Corpus) -> TargetValues:
        """Of a split of which nothing is known."""
        return TargetValues.holding(torch.full((corpus.trained_tokens,), torch.nan), corpus)

    @staticmethod
    def holding(values: torch.Tensor, corpus: Corpus) -> TargetValues:
        """As many values as the split has trained tokens."""
        counts = np.add.reduceat(corpus.weights != 0, corpus.starts[:-1], dtype=np.int64).tolist()
        return TargetValues(values, counts, corpus.documents_per_example)

    def of(self, batch: MicroBatch, device: torch.device) -> torch.Tensor:
        """Those of a micro-batch of the split, in its order."""
        each = self.documents_per_example
        parts = [self._parts[example * each + place] for example in batch.examples for place in range(each)]
        found = torch.cat(parts)
        return found.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else found.to(device)

    def put(self, documents: Iterable[int], values: torch.Tensor) -> None:
        """Those of some documents, in their order."""
        documents = list(documents)
        parts = values.split([self.counts[document] for document in documents])
        for document, part in zip(documents, parts, strict=True):
            self._parts[document].copy_(part)

    def are_known(self, documents: Iterable[int]) -> bool:
        """Whether no value of these documents is missing."""
        return not any(bool(self._parts[document].isnan().any()) for document in documents)

    @functools.cached_property
    def _parts(self) -> tuple[torch.Tensor, ...]:
        return self.values.split(self.counts)
