"""Supervised fine-tuning: the mean loss of the trained tokens."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch

from .corpus import MicroBatch, collate
from .objective import Evaluation, Share, Totals, validation_groups
from .session import Session
from .steps import Schedule


class SftObjective:
    """Weighted cross-entropy over the step."""

    figure_names: tuple[str, ...] = ()

    def __init__(self, session: Session) -> None:
        self._session = session
        self.hopeless_loss = 2 * math.log(session.run.model.vocabulary_size)

    def prepare(self, schedule: Schedule) -> Evaluation | None:
        """Nothing needs to be known."""
        return None

    def share(self, batch: MicroBatch, totals: Totals) -> Share:
        """By the weight of the whole step."""
        loss = self._session.policy.loss(batch, totals.weight)
        return Share(loss, torch.zeros(0, device=loss.device))

    def evaluate(self, schedule: Schedule) -> Evaluation:
        """Mean loss over the trained tokens."""
        loss, tokens = validation_loss(self._session, schedule)
        return Evaluation(loss, tokens)

    def watch_step(self, step: int, figures: Mapping[str, float]) -> None:
        """The loss itself is watched by the loop."""

    def watch_evaluation(self, step: int, found: Evaluation) -> None:
        """Early stopping and the choice of the best checkpoint are the loop's."""


@torch.no_grad()
def validation_loss(session: Session, schedule: Schedule) -> tuple[float, int]:
    """Mean loss over the trained tokens of the validation split, and how many those are."""
    corpus = session.validation
    if corpus is None:
        raise ValueError("the run has no validation split")
    total, weight = torch.zeros((), dtype=torch.float64), 0.0
    for group in validation_groups(corpus, schedule, packing=session.run.config.packing):
        session.control.check()
        batch = collate(corpus, group, session.compute.device, "validation")
        total += session.policy.loss(batch, 1.0).double().cpu()
        weight += batch.total_weight
    return float(total.item()) / weight, corpus.trained_tokens
