"""Asks between steps whether the run shall end: by control.json, written by the worker, or by a signal."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Literal

from .errors import Stopped

Command = Literal["run", "stop", "discard"]


class Control:
    """The commands given to one attempt. A command for another attempt is ignored."""

    def __init__(self, run_dir: Path, attempt: str) -> None:
        self._path = run_dir / "control.json"
        self._attempt = attempt
        self._stamp: tuple[int, int] | None = None
        self._command: Command = "run"
        self._is_signalled = False

    def install_signals(self) -> None:
        """SIGTERM and SIGINT stop the run; a closed terminal or a dead parent does not end it."""
        if threading.current_thread() is not threading.main_thread():
            return
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)
        for name in ("SIGHUP", "SIGPIPE"):
            number = getattr(signal, name, None)
            if number is not None:
                signal.signal(number, signal.SIG_IGN)

    def command(self) -> Command:
        """What the run is asked to do now. Costs one stat while the file does not change."""
        self._read()
        if self._command == "run" and self._is_signalled:
            return "stop"
        return self._command

    def check(self) -> None:
        """Raises Stopped when the run shall end."""
        if self.command() != "run":
            raise Stopped

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._is_signalled = True

    def _read(self) -> None:
        try:
            info = self._path.stat()
        except OSError:
            return
        stamp = (info.st_mtime_ns, info.st_ino)
        if stamp == self._stamp:
            return
        try:
            value = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            # Written atomically by the worker; on a file system where that fails the next step reads it again.
            return
        self._stamp = stamp
        if not isinstance(value, dict) or value.get("attempt") != self._attempt:
            self._command = "run"
            return
        command = value.get("command")
        self._command = command if command in ("stop", "discard") else "run"
