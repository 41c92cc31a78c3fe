"""What a method lowers, and what it tells of it. The loop knows no more of a method than this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch

from .corpus import Corpus, MicroBatch
from .packing import pack
from .steps import Schedule


@dataclass(frozen=True)
class Totals:
    """What the micro-batches of a step add up to, by which each of them is divided."""

    weight: float
    examples: int

    @staticmethod
    def of(batches: Sequence[MicroBatch]) -> Totals:
        """Of all micro-batches of a step."""
        return Totals(sum(batch.total_weight for batch in batches), sum(len(batch.examples) for batch in batches))


@dataclass(frozen=True)
class Share:
    """What a micro-batch adds to the loss of its step, and to the figures beside it; the latter have no gradient."""

    loss: torch.Tensor
    figures: torch.Tensor


@dataclass(frozen=True)
class Evaluation:
    """Of the validation split. `tokens` are those that were scored."""

    loss: float
    tokens: int
    figures: Mapping[str, float] = field(default_factory=dict[str, float])


class Objective(Protocol):
    """A method of training."""

    figure_names: tuple[str, ...]
    """In snake_case, in the order of a share's figures."""
    hopeless_loss: float
    """A mean loss above it is that of a model which no longer works."""

    def prepare(self, schedule: Schedule) -> Evaluation | None:
        """What must be known before the first step. Answers the validation split as it stands, where that is known."""
        ...

    def share(self, batch: MicroBatch, totals: Totals) -> Share:
        """The part of a micro-batch in a step. Called before `prepare` too, to find out whether it fits."""
        ...

    def evaluate(self, schedule: Schedule) -> Evaluation:
        """Measures the validation split."""
        ...

    def watch_step(self, step: int, figures: Mapping[str, float]) -> None:
        """Alerts where the figures of a step ask for it."""
        ...

    def watch_evaluation(self, step: int, found: Evaluation) -> None:
        """Alerts where an evaluation asks for it."""
        ...


def validation_groups(corpus: Corpus, schedule: Schedule, *, packing: bool) -> list[list[int]]:
    """The examples of a split in forward passes, in an order that depends on nothing else."""
    lengths = corpus.lengths
    if not packing:
        return [[example] for example in range(len(lengths))]
    return pack(lengths, schedule.micro_batch_tokens, range(len(lengths)))
