"""Rows of a dataset version, read by byte offset from `rows.jsonl`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import TrainerError

Index = npt.NDArray[np.int64]
RowRef = tuple[int, int, int]


class DataError(TrainerError):
    """Input that cannot be used; `code` is stable and finer than the reason of a run."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__("data", message, hint)
        self.code = code


def read_index(path: str | Path) -> Index:
    """A split file: little-endian int64 triples (row, byte offset, byte length), as an array of shape (rows, 3)."""
    flat = np.fromfile(path, dtype="<i8")
    if flat.size % 3 or (flat < 0).any():
        raise DataError("index_damaged", f"{path} is not a list of rows.", "Start a new run: it writes the file again.")
    return flat.astype(np.int64).reshape(-1, 3)


def read_rows(rows_path: str | Path, index: Index | Sequence[RowRef]) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Row number and row, in the order of the index; None where the line is no JSON object."""
    with open(rows_path, "rb") as file:
        for row, offset, length in index if isinstance(index, Sequence) else index.tolist():
            file.seek(offset)
            line = file.read(length)
            if len(line) < length:
                raise DataError("rows_changed", f"{rows_path} is shorter than its index says.", "Prepare it again.")
            yield row, _parse(line)


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
