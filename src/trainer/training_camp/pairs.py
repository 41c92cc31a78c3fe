"""Preferences to tokens: the prompt with the chosen answer, and the prompt with the rejected one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .data import Encoded, Encoder
from .rows import DataError

Row = tuple[int, dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class EncodedPair:
    """Both sides as documents of their own. With `drop` set the pair is not trained on."""

    row: int
    chosen: Encoded
    rejected: Encoded
    drop: str | None
    """Why: what is wrong with one of the sides (data.py), or pair_equal, or prompt_differs."""


def encode_pairs(encoder: Encoder, rows: Iterable[Row]) -> Iterator[EncodedPair]:
    """In order. Rows of another kind raise DataError."""
    encoded = encoder.encode_rows(side for row in rows for side in _sides(*row))
    for chosen, rejected in zip(encoded, encoded, strict=True):
        yield EncodedPair(chosen.row, chosen, rejected, _why_dropped(chosen, rejected))


def are_preferences(rows: Sequence[Row]) -> bool:
    """The rows of a dataset are of one kind."""
    return any(value is not None and value.get("kind") == "preference" for _, value in rows)


def _sides(row: int, value: dict[str, Any] | None) -> list[Row]:
    """The two conversations of a preference. What came before the answers is context, whoever said it."""
    if value is None:
        return [(row, None), (row, None)]
    if value.get("kind") != "preference":
        raise DataError(
            "rows_not_for_dpo",
            f"Row {row} is of kind {value.get('kind')!r}; preference optimisation needs two answers to a prompt.",
            "Train conversations and text with --method sft.",
        )
    context = [{**message, "weight": 0} for message in value["messages"]]
    common = {"kind": "chat", "tools": value.get("tools")}
    return [(row, {**common, "messages": [*context, *value[side]]}) for side in ("chosen", "rejected")]


def _why_dropped(chosen: Encoded, rejected: Encoded) -> str | None:
    dropped = chosen.drop or rejected.drop
    if dropped is not None:
        return dropped
    if chosen.ids == rejected.ids and chosen.trained == rejected.trained:
        return "pair_equal"
    # A template may render a prompt otherwise for another answer, and two answers to two prompts are no preference.
    return None if _prompt(chosen) == _prompt(rejected) else "prompt_differs"


def _prompt(side: Encoded) -> list[int]:
    return side.ids[: side.trained.index(True)]
