"""A one-shot command ends with the process that asked for it, however that one ended.

The caller keeps standard input open until it has its answer. Its end, which the system brings about even when the
caller is killed, is the sign to stop. This needs no polling of process ids, which are used again, and holds on Windows.
"""

from __future__ import annotations

import _thread
import os
import sys
import threading
import time

GRACE_SECONDS = 5.0
POLL_SECONDS = 0.5
STDIN = 0


def end_with_parent(grace_seconds: float = GRACE_SECONDS) -> None:
    """Watches standard input, whose content was read. At its end the work is interrupted, and soon after killed."""
    threading.Thread(target=_watch, args=(grace_seconds,), name="parent", daemon=True).start()


def _watch(grace_seconds: float) -> None:
    _wait_for_end()
    # First as an interrupt, so that half-written files are removed; a long kernel does not hear it.
    _thread.interrupt_main()
    time.sleep(grace_seconds)
    os._exit(1)


def _wait_for_end() -> None:
    if sys.platform == "win32":
        import ctypes
        import msvcrt

        # A read that waits would hold the pipe, and loading a library that looks at standard input would wait with it.
        handle = ctypes.c_void_p(msvcrt.get_osfhandle(STDIN))
        while ctypes.windll.kernel32.PeekNamedPipe(handle, None, 0, None, None, None):
            time.sleep(POLL_SECONDS)
    else:
        # Not through sys.stdin: a thread that holds its lock would break the interpreter's shutdown.
        while os.read(STDIN, 4096):
            pass
