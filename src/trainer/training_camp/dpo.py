"""
Direct preference optimisation (Rafailov et al., "Direct Preference Optimization", equation 7) with label smoothing
(Mitchell, "A note on DPO with noisy preferences") and, beside it, the loss of the chosen answers.

Margin and accuracy of the rewards compare the policy with where it began, and rise as well while both answers become
less likely. So the log-probability of the chosen answers and the raw preference, which compares the answers with each
other, are reported and watched too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
import torch.nn.functional as F

from .config import DpoConfig
from .corpus import MicroBatch
from .errors import TrainerError
from .objective import Evaluation, Share, Totals, validation_groups
from .preference_watch import PreferenceWatch
from .reference import Reference, log_probabilities, open_reference
from .session import Session
from .steps import Schedule
from .target_values import TargetValues

FIGURES: tuple[str, ...] = (
    "preference_loss",
    "sft_loss",
    "reward_margin",
    "reward_accuracy",
    "raw_preference",
    "chosen_log_prob",
    "rejected_log_prob",
    "chosen_log_prob_per_token",
    "rejected_log_prob_per_token",
    "chosen_change_per_token",
    "kl_estimate",
)


class DpoObjective:
    """The mean over the pairs of a step."""

    figure_names: tuple[str, ...] = FIGURES

    def __init__(self, session: Session) -> None:
        config = session.run.config.dpo
        if config is None:
            raise TrainerError("environment", "The run's config.json says nothing about dpo.")
        self._session = session
        self._config = config
        self._reference: Reference | None = None
        self._watch = PreferenceWatch(session.events)
        self.hopeless_loss = 2 * math.log(session.run.model.vocabulary_size) * max(1.0, config.sft_weight)

    def prepare(self, schedule: Schedule) -> Evaluation | None:
        """The policy before training: it is what training is held to, and its own evaluation is where it began."""
        self._reference = open_reference(self._session, schedule)
        known = self._reference.validation
        if known is None:
            return None
        start = self._evaluation(known, known)
        self._watch.start(start, len(known.counts) // 2)
        return start

    def share(self, batch: MicroBatch, totals: Totals) -> Share:
        """By the number of pairs in the whole step."""
        found = -self._session.policy.token_losses(batch)
        # Whether a micro-batch fits does not depend on what it is compared with.
        reference = found.detach() if self._reference is None else self._reference.train.of(batch, found.device)
        counts = torch.tensor(batch.target_counts, device=found.device)
        losses, figures = score_pairs(found, reference, counts, self._config)
        return Share(losses.sum() / totals.examples, figures.sum(1) / totals.examples)

    def evaluate(self, schedule: Schedule) -> Evaluation:
        """Over the pairs of the validation split."""
        session, reference = self._session, self._reference
        if session.validation is None or reference is None or reference.validation is None:
            raise ValueError("the run has no validation split")
        groups = validation_groups(session.validation, schedule, packing=session.run.config.packing)
        found = log_probabilities(session, session.validation, groups, "validation")
        return self._evaluation(found, reference.validation)

    def watch_step(self, step: int, figures: Mapping[str, float]) -> None:
        """Whether the chosen answers become less likely."""
        self._watch.on_step(step, figures)

    def watch_evaluation(self, step: int, found: Evaluation) -> None:
        """Whether what was held out became worse than it was before training."""
        self._watch.on_evaluation(step, found)

    def _evaluation(self, found: TargetValues, reference: TargetValues) -> Evaluation:
        counts = torch.tensor(found.counts)
        losses, figures = score_pairs(found.values, reference.values, counts, self._config)
        means = dict(zip(FIGURES, figures.mean(1).tolist(), strict=True))
        return Evaluation(float(losses.mean().item()), found.values.numel(), means)


def score_pairs(
    found: torch.Tensor, reference: torch.Tensor, counts: torch.Tensor, config: DpoConfig
) -> tuple[torch.Tensor, torch.Tensor]:
    """
    The loss of each pair, and its figures as a row for each name of FIGURES. `found` and `reference` are the
    log-probabilities of the trained tokens under the policy and under the one it began as, document after document,
    a pair's chosen one first; `counts` says how many each document has.
    """
    chosen, rejected = _pairs(_sums(found, counts))
    chosen_before, rejected_before = _pairs(_sums(reference, counts))
    chosen_count, rejected_count = _pairs(counts)
    margin = config.beta * ((chosen - chosen_before) - (rejected - rejected_before))
    smoothing = config.label_smoothing
    preference_loss = -(1 - smoothing) * F.logsigmoid(margin) - smoothing * F.logsigmoid(-margin)
    sft_loss = -chosen / chosen_count
    losses = preference_loss + config.sft_weight * sft_loss
    with torch.no_grad():
        # Half the mean square of the log-ratio, Schulman's k2 ("Approximating KL Divergence"): unlike the others it
        # stays small where a single token's probability changes by orders of magnitude.
        distance = _pairs(_sums((found - reference).square(), counts))
        per_token = (chosen / chosen_count, rejected / rejected_count)
        figures = torch.stack(
            (
                preference_loss,
                sft_loss,
                margin,
                (margin > 0).float(),
                (per_token[0] > per_token[1]).float(),
                chosen,
                rejected,
                per_token[0],
                per_token[1],
                (chosen - chosen_before) / chosen_count,
                0.5 * (distance[0] + distance[1]) / (chosen_count + rejected_count),
            )
        )
    return losses, figures.detach()


def _sums(values: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    """Of each document. Not by `index_add`, whose order of summation changes from run to run on a GPU."""
    return torch.segment_reduce(values, "sum", lengths=counts)


def _pairs(values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    chosen, rejected = values.view(-1, 2).unbind(1)
    return chosen, rejected
