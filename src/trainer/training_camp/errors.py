"""Failures that a person can act on. Anything else is a bug and is reported as `internal`."""

from __future__ import annotations

import errno
from typing import Literal

Reason = Literal["out_of_memory", "diverged", "data", "environment", "disk_full", "model", "killed", "internal"]


class TrainerError(Exception):
    """Ends a run with one of the reasons of the run protocol."""

    def __init__(self, reason: Reason, message: str, hint: str | None = None, transient: bool = False) -> None:
        super().__init__(message)
        self.reason: Reason = reason
        self.message = message
        self.hint = hint
        self.transient = transient


class Stopped(Exception):
    """The run was asked to end. Not a failure."""


def is_disk_full(error: BaseException) -> bool:
    """Whether an error, or what caused it, says that no room is left (device or quota)."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def disk_full(what: str) -> TrainerError:
    """The disk filled up while something was written; nothing half-written stays."""
    return TrainerError(
        "disk_full",
        f"No space is left on the disk while writing {what}.",
        "Free some space and resume the run: it goes on from its newest checkpoint.",
    )


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error is a failed allocation. The CPU allocator of torch has no exception type of its own."""
    import torch

    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    return isinstance(error, RuntimeError) and "DefaultCPUAllocator" in str(error)
