"""Failures of a one-shot command: a reason as for a run, and a finer stable code for the caller."""

from __future__ import annotations

from .errors import Reason, TrainerError


class Refusal(TrainerError):
    """`code` is stable, the message is one sentence, the hint says what to do."""

    def __init__(self, code: str, message: str, hint: str | None = None, reason: Reason = "model") -> None:
        super().__init__(reason, message, hint)
        self.code = code
