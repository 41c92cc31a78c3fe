"""The run as a sequence of steps: which documents each takes is known from the step's number alone."""

from __future__ import annotations

from .config import TrainingConfig
from .corpus import Corpus
from .packing import StepPlan, epoch_order, plan_steps


class Schedule:
    """Answers in constant time what a step trains on, so that a run can go on from any step."""

    def __init__(self, corpus: Corpus, config: TrainingConfig, micro_batch_tokens: int) -> None:
        self._lengths = corpus.lengths
        self._config = config
        self._seed = config.seed
        self._order: tuple[int, list[int]] | None = None
        self.micro_batch_tokens = micro_batch_tokens
        self.plan: StepPlan = self._plan(micro_batch_tokens)
        self.steps_per_epoch = len(self.plan.steps)
        total = max(1, round(config.epochs * self.steps_per_epoch))
        self.total_steps = total if config.max_steps is None else min(total, config.max_steps)

    @property
    def longest(self) -> int:
        return max(self._lengths)

    def set_micro_batch_tokens(self, tokens: int) -> None:
        """Cuts the same steps into other micro-batches."""
        self.micro_batch_tokens = tokens
        self.plan = self._plan(tokens)

    def micro_batches(self, step: int) -> list[list[int]]:
        """The examples of a step, counted from 0."""
        epoch, index = divmod(step, self.steps_per_epoch)
        if self._order is None or self._order[0] != epoch:
            self._order = (epoch, epoch_order(self.steps_per_epoch, self._seed, epoch))
        return self.plan.steps[self._order[1][index]]

    def largest_micro_batch(self) -> list[int]:
        """The one that takes most memory: most tokens, and among those the longest example."""
        groups = (group for step in self.plan.steps for group in step)
        return max(groups, key=lambda group: (sum(map(self._length, group)), max(map(self._length, group))))

    def is_epoch_end(self, step: int) -> bool:
        """Whether `step` steps complete a pass over the data."""
        return step % self.steps_per_epoch == 0

    def _length(self, example: int) -> int:
        return self._lengths[example]

    def _plan(self, micro_batch_tokens: int) -> StepPlan:
        return plan_steps(
            self._lengths,
            tokens_per_step=self._config.tokens_per_step,
            micro_batch_tokens=micro_batch_tokens,
            seed=self._seed,
            packing=self._config.packing,
        )
