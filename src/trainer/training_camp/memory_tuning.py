"""
Keeps freed memory in the process, so that activations of the next step find pages that are already mapped.

glibc hands blocks of more than 32 MB at most back to the system at once, and asks for zeroed pages again on the
next step; on small models the page faults cost a good part of the time. Must run before torch is imported.
"""

from __future__ import annotations

import ctypes
import os
import platform

M_TRIM_THRESHOLD = -1
M_TOP_PAD = -2
M_MMAP_MAX = -4
TOP_PAD_BYTES = 64 * 1024 * 1024


def keep_freed_memory() -> bool:
    """Tunes the allocator where it is glibc's; says whether it did."""
    if platform.system() != "Linux" or platform.libc_ver()[0] != "glibc":
        return False
    # torch asks for transparent huge pages for its large blocks.
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return bool(mallopt(M_MMAP_MAX, 0) and mallopt(M_TRIM_THRESHOLD, 2**31 - 1) and mallopt(M_TOP_PAD, TOP_PAD_BYTES))
