"""Appends a run's events.jsonl: one JSON object a line, written whole and at once, so that a reader never waits."""

from __future__ import annotations

import json
import math
import os
import threading
import time
from pathlib import Path
from typing import Any, Literal

from .config import camel_case
from .errors import disk_full, is_disk_full

PhaseName = Literal["loading", "tokenizing", "fitting", "reference", "training", "validating", "saving", "exporting"]
PROGRESS_SECONDS = 1.0

RESERVE_BYTES = 64 * 1024


class EventLog:
    """The event file of one attempt. Safe to use from several threads."""

    def __init__(self, path: Path, attempt: str) -> None:
        self.attempt = attempt
        self._lock = threading.Lock()
        self._seq = 0
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
        # Kept so that the event which reports a full disk still finds room.
        self._reserve = path.with_name(".events-reserve")
        self._is_line_open = _ends_within_line(self._file)
        self._progress_at = 0.0
        self._make_reserve()

    def emit(self, kind: str, **fields: Any) -> None:
        """Appends one event. Keys become camelCase; what is not finite becomes null."""
        with self._lock:
            self._seq += 1
            event: dict[str, Any] = {"v": 1, "t": round(time.time(), 3), "seq": self._seq}
            event |= {"attempt": self.attempt, "kind": kind}
            event |= {camel_case(key): _finite(value) for key, value in fields.items()}
            self._append(json.dumps(event, ensure_ascii=False, allow_nan=False))

    def phase(self, phase: PhaseName, status: Literal["start", "end"]) -> None:
        """Marks where the run is."""
        self.emit("phase", phase=phase, status=status)

    def progress(self, phase: PhaseName, done: int, total: int) -> None:
        """How far a long phase is; at most one a second, so that it may be told as often as it is known."""
        now = time.monotonic()
        if now - self._progress_at >= PROGRESS_SECONDS:
            self._progress_at = now
            self.emit("progress", phase=phase, done=done, total=total)

    def log(self, level: Literal["debug", "info", "warn", "error"], message: str) -> None:
        """A sentence for the reader of the run. Never sample text."""
        self.emit("log", level=level, message=message)

    def alert(
        self, code: str, message: str, step: int | None = None, severity: str = "warning", **details: Any
    ) -> None:
        """Something a person should look at."""
        self.emit("alert", code=code, severity=severity, message=message, step=step, **details)

    def close(self) -> None:
        """Ends the log and returns its reserve."""
        with self._lock:
            self._reserve.unlink(missing_ok=True)
            os.close(self._file)

    def _append(self, line: str) -> None:
        data = (line + "\n").encode("utf-8", "replace")
        try:
            self._write(data)
        except OSError as error:
            if not is_disk_full(error):
                raise
            had_reserve = self._reserve.exists()
            self._reserve.unlink(missing_ok=True)
            if not had_reserve:
                raise disk_full("events.jsonl") from error
            self._write(data)

    def _write(self, data: bytes) -> None:
        if self._is_line_open:
            data = b"\n" + data
        self._is_line_open = True
        view = memoryview(data)
        while view:
            view = view[os.write(self._file, view) :]
        self._is_line_open = False

    def _make_reserve(self) -> None:
        try:
            with open(self._reserve, "wb") as reserve:
                reserve.write(os.urandom(RESERVE_BYTES))
        except OSError as error:
            if not is_disk_full(error):
                raise
            self._reserve.unlink(missing_ok=True)


def _ends_within_line(file: int) -> bool:
    """An attempt that was killed may have left half a line: the next one starts on a line of its own."""
    size = os.lseek(file, 0, os.SEEK_END)
    if size == 0:
        return False
    os.lseek(file, size - 1, os.SEEK_SET)
    return os.read(file, 1) != b"\n"


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value
