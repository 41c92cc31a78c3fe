"""The commands that answer one request: JSON on standard input, JSON lines on standard output, exit status 0 or 1.

With `--follow-parent` the request is the first line of standard input, whose end ends the command; else all of it.
Lines are `{"kind":"progress",…}`, then one `{"kind":"result",…}` or `{"kind":"error","code","message","hint"}`.
Whatever libraries print goes to standard error, so that the answer stays readable.
"""

from __future__ import annotations

import json
import math
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

from .errors import TrainerError, is_disk_full, is_out_of_memory
from .parent import end_with_parent
from .refusal import Refusal

Emit = Callable[[dict[str, Any]], None]
Request = dict[str, Any]


def read_request(*, follows_parent: bool) -> bytes:
    """The request as it was sent."""
    if not follows_parent:
        return sys.stdin.buffer.read()
    request = sys.stdin.buffer.readline()
    end_with_parent()
    return request


def run_request(request: bytes, handle: Callable[[Request, Emit], dict[str, Any]]) -> int:
    """Answers a request and returns the exit status."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", newline="\n")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def emit(line: dict[str, Any]) -> None:
        answers.write(json.dumps(_finite(line), allow_nan=False) + "\n")
        answers.flush()

    try:
        emit({"kind": "result", **handle(_parse(request), emit)})
        return 0
    except BrokenPipeError:
        # Nobody reads any more: the caller has ended.
        return 1
    except Exception as error:
        emit({"kind": "error", **_document(error)})
        return 1


def _parse(text: bytes) -> Request:
    try:
        request = json.loads(text)
    except ValueError as error:
        raise Refusal("bad_request", f"The request is not JSON: {error}", reason="internal") from error
    if not isinstance(request, dict):
        raise Refusal("bad_request", "The request is not a JSON object.", reason="internal")
    return request


def _document(error: Exception) -> dict[str, Any]:
    if isinstance(error, TrainerError):
        return {"code": getattr(error, "code", error.reason), "message": error.message, "hint": error.hint}
    traceback.print_exc()
    if is_disk_full(error):
        return {"code": "disk_full", "message": "The disk is full.", "hint": "Free some space and try again."}
    if "torch" in sys.modules and is_out_of_memory(error):
        return {
            "code": "out_of_memory",
            "message": "The memory does not suffice.",
            "hint": "Close other programs or choose a smaller model.",
        }
    return {"code": "internal", "message": f"{type(error).__name__}: {error}", "hint": None}


def _finite(value: Any) -> Any:
    """JSON has no NaN and no infinity: they are null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value
