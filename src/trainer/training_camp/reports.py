"""Step events without waiting for the device, and the watch over the loss."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from .checkpoint import Progress
from .errors import TrainerError
from .events import EventLog
from .objective import Objective

MAX_PENDING = 4
MEAN_OVER = 10
ALERT_RISE = 1.5
DEAD_STEPS = 3
DEAD_LOSS = 0.1


@dataclass(frozen=True)
class StepFacts:
    """What is known of a step before the device has finished it."""

    step: int
    epoch: float
    learning_rate: float
    tokens: int
    trained_tokens: int
    rows: Sequence[int]


class StepReports:
    """Emits step events in order; on CUDA a few steps late, once their figures have arrived by themselves."""

    def __init__(self, events: EventLog, progress: Progress, objective: Objective) -> None:
        self._events = events
        self._progress = progress
        self._objective = objective
        self._pending: deque[tuple[StepFacts, torch.Tensor, torch.cuda.Event | None]] = deque()
        self._last = time.perf_counter()
        self._is_diverging = False

    def restart_clock(self) -> None:
        """Leaves validation and saving out of the next step's seconds."""
        self._last = time.perf_counter()

    def push(self, facts: StepFacts, loss: torch.Tensor, norm: torch.Tensor, figures: torch.Tensor) -> None:
        """Takes a step whose kernels may still run. `figures` are the objective's."""
        figures = torch.cat((torch.stack((loss.detach().float(), norm.detach().float())), figures))
        if figures.device.type == "cuda":
            arrived = torch.cuda.Event()
            figures = torch.empty(figures.shape, pin_memory=True).copy_(figures, non_blocking=True)
            arrived.record()
            self._pending.append((facts, figures, arrived))
        else:
            self._pending.append((facts, figures.cpu(), None))
        while self._pending and (len(self._pending) > MAX_PENDING or self._has_arrived()):
            self._emit()

    def flush(self) -> None:
        """Waits for all steps; nothing is saved before it is known to be finite."""
        while self._pending:
            self._emit()

    def _has_arrived(self) -> bool:
        arrived = self._pending[0][2]
        return arrived is None or arrived.query()

    def _emit(self) -> None:
        facts, figures, arrived = self._pending.popleft()
        if arrived is not None:
            arrived.synchronize()
        loss, norm, *others = figures.tolist()
        known = dict(zip(self._objective.figure_names, others, strict=True))
        now = time.perf_counter()
        seconds, self._last = now - self._last, now
        self._events.emit(
            "step",
            step=facts.step,
            epoch=round(facts.epoch, 6),
            loss=loss,
            learning_rate=facts.learning_rate,
            grad_norm=norm,
            tokens=facts.tokens,
            trained_tokens=facts.trained_tokens,
            seconds=round(seconds, 6),
            **known,
        )
        self._progress.seconds += seconds
        if not math.isfinite(loss) or not math.isfinite(norm):
            self._fail_not_finite(facts, loss)
        self._watch(facts, loss, norm)
        self._objective.watch_step(facts.step, known)

    def _fail_not_finite(self, facts: StepFacts, loss: float) -> None:
        what = "gradient" if math.isfinite(loss) else "loss"
        rows = list(facts.rows)
        self._events.alert(
            "not_finite",
            f"The {what} of step {facts.step} is not finite, the step was not applied. Rows: {_listed(rows)}.",
            facts.step,
            "error",
            rows=rows,
        )
        raise diverged(f"The {what} of step {facts.step} is not finite.")

    def check_end(self) -> None:
        """A run that ends worse than guessing has diverged, however short it was."""
        self._check_hopeless(self._progress.step)

    def _watch(self, facts: StepFacts, loss: float, norm: float) -> None:
        progress = self._progress
        # Weights so large that a norm overflows make a constant of the model: the loss stays finite and nothing moves.
        progress.dead_steps = progress.dead_steps + 1 if norm == 0.0 and loss > DEAD_LOSS else 0
        if progress.dead_steps >= DEAD_STEPS:
            message = f"The gradient has been 0 for {DEAD_STEPS} steps at a loss of {loss:.3g}: the model is broken."
            self._events.alert("diverging", message, facts.step, "error")
            raise diverged(message)
        progress.recent_losses = [*progress.recent_losses, loss][-MEAN_OVER:]
        if len(progress.recent_losses) < MEAN_OVER:
            return
        self._check_hopeless(facts.step)
        mean = sum(progress.recent_losses) / MEAN_OVER
        lowest = progress.lowest_mean_loss
        if lowest is None or mean < lowest:
            progress.lowest_mean_loss = mean
            self._is_diverging = False
        elif mean > ALERT_RISE * lowest + 0.5 and not self._is_diverging:
            self._is_diverging = True
            self._events.alert("diverging", f"The loss rose from {lowest:.3g} to {mean:.3g}.", facts.step)

    def _check_hopeless(self, step: int) -> None:
        losses = self._progress.recent_losses[-MEAN_OVER // 2 :]
        mean = sum(losses) / len(losses) if losses else 0.0
        if mean > self._objective.hopeless_loss:
            message = f"The loss of the last {len(losses)} steps is {mean:.3g}, worse than guessing."
            self._events.alert("diverging", message, step, "error")
            raise diverged(message)


def diverged(message: str) -> TrainerError:
    """Training broke down; the adapter is not published."""
    return TrainerError("diverged", message, "Lower the learning rate, or lengthen the warm-up.")


def _listed(rows: list[int]) -> str:
    shown = ", ".join(map(str, rows[:20]))
    return shown if len(rows) <= 20 else f"{shown} and {len(rows) - 20} more"
