"""The date that chat templates see: always the first of January 2025, here and in the inference host alike.

A template that prints today's date would make two runs of one configuration differ, and an adapter would be asked with
another prompt than it was trained on. A table instead of the system's strftime, whose codes and language depend on
the platform. `src/backend/inference/host/templateDate.ts` holds the same table.
"""

from __future__ import annotations

import re

_VALUES = {
    "%a": "Wed", "%A": "Wednesday", "%w": "3", "%u": "3",
    "%d": "01", "%-d": "1", "%e": " 1", "%j": "001", "%-j": "1",
    "%b": "Jan", "%h": "Jan", "%B": "January", "%m": "01", "%-m": "1",
    "%y": "25", "%Y": "2025", "%C": "20", "%G": "2025", "%g": "25", "%U": "00", "%W": "00", "%V": "01",
    "%H": "00", "%-H": "0", "%I": "12", "%-I": "12", "%p": "AM", "%M": "00", "%-M": "0", "%S": "00", "%-S": "0",
    "%f": "000000", "%z": "", "%Z": "",
    "%c": "Wed Jan  1 00:00:00 2025", "%x": "01/01/25", "%X": "00:00:00",
    "%D": "01/01/25", "%F": "2025-01-01", "%T": "00:00:00", "%R": "00:00", "%n": "\n", "%t": "\t", "%%": "%",
}  # fmt: skip
_CODE = re.compile(r"%-?[A-Za-z%]")


def strftime_now(pattern: str) -> str:
    """What templates call to print the date; codes that strftime does not have stay as they are."""
    return _CODE.sub(lambda code: _VALUES.get(code.group(), code.group()), pattern)
