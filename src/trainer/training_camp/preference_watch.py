"""Alerts of preference training: what a rising margin hides."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from .events import EventLog
from .objective import Evaluation

MEAN_OVER = 5
# A token that is 0.3 less likely by its logarithm has lost a quarter of its probability.
CHOSEN_FALL = 0.3
PREFERENCE_FALL = 0.05
LEAST_PAIRS_LOST = 2


class PreferenceWatch:
    """Says each thing once in an attempt."""

    def __init__(self, events: EventLog) -> None:
        self._events = events
        self._start: Mapping[str, float] | None = None
        self._pairs = 0
        self._changes: deque[float] = deque(maxlen=MEAN_OVER)
        self._told: set[str] = set()

    def start(self, before: Evaluation, pairs: int) -> None:
        """Takes the validation split, of so many pairs, as it was before the first step."""
        self._start = before.figures
        self._pairs = pairs

    def on_step(self, step: int, figures: Mapping[str, float]) -> None:
        """The pairs of a step against themselves before training, over the last few steps."""
        self._changes.append(figures["chosen_change_per_token"])
        mean = sum(self._changes) / len(self._changes)
        if len(self._changes) == MEAN_OVER and mean < -CHOSEN_FALL:
            self._tell_chosen(step, f"{-mean:.2f} in the last {MEAN_OVER} steps")

    def on_evaluation(self, step: int, found: Evaluation) -> None:
        """The validation split against itself before training."""
        if self._start is None:
            return
        name = "chosen_log_prob_per_token"
        before, now = self._start[name], found.figures[name]
        if now < before - CHOSEN_FALL:
            self._tell_chosen(step, f"from {before:.2f} to {now:.2f} on the validation split")
        before, now = self._start["raw_preference"], found.figures["raw_preference"]
        lost = before - now
        if lost > PREFERENCE_FALL and round(lost * self._pairs) >= LEAST_PAIRS_LOST:
            self._tell(
                "preference_falls",
                f"The chosen answer is the likelier one for {now:.0%} of the validation pairs; before training it was "
                f"for {before:.0%}.",
                step,
            )

    def _tell_chosen(self, step: int, how: str) -> None:
        self._tell(
            "chosen_falls",
            f"The chosen answers become less likely: log-probability per token fell {how}. "
            "A rising margin hides it. Lower the learning rate, or raise dpo.sftWeight.",
            step,
        )

    def _tell(self, code: str, message: str, step: int) -> None:
        if code not in self._told:
            self._told.add(code)
            self._events.alert(code, message, step)
