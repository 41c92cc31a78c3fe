"""The command `inspect`: rows as the tokens that training would see, and which of them it trains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .config import decode
from .data import Encoded, Encoder
from .loading import open_tokenizer
from .oneshot import Emit, Request, run_request
from .pairs import EncodedPair, are_preferences, encode_pairs
from .refusal import Refusal
from .rows import read_rows

# A character has at most four bytes in UTF-8, and each may be a token of its own.
MAX_TOKENS_PER_CHARACTER = 4
REPLACEMENT = "\ufffd"


@dataclass(frozen=True)
class RowPlace:
    """A row by its place in rows.jsonl, in bytes."""

    row: int
    offset: int
    length: int


@dataclass(frozen=True)
class InspectRequest:
    """`model` is a folder; lengths are in tokens."""

    model: str
    rows_path: str
    rows: list[RowPlace]
    max_length: int
    overlong: str


def main(request: bytes) -> int:
    """Answers one request."""
    return run_request(request, _answer)


def _answer(raw: Request, _emit: Emit) -> dict[str, Any]:
    try:
        request = decode(InspectRequest, raw)
    except ValueError as error:
        raise Refusal("bad_request", f"The request is not valid: {error}", reason="internal") from error
    tokenizer = open_tokenizer(Path(request.model))
    encoder = Encoder(tokenizer, max_length=request.max_length, overlong=request.overlong)
    places = [(place.row, place.offset, place.length) for place in request.rows]
    rows = list(read_rows(request.rows_path, places))
    if are_preferences(rows):
        return {"rows": [describe_pair(pair, encoder) for pair in encode_pairs(encoder, rows)]}
    return {"rows": [describe(row, encoder) for row in encoder.encode_rows(rows)]}


def describe(encoded: Encoded, encoder: Encoder) -> dict[str, Any]:
    """One row for the lens. The texts of its tokens, put together, are the rendered row."""
    stops = {end - 1 for _, end in encoded.spans if encoded.ids[end - 1] in encoder.stop_ids}
    texts = token_texts(encoded.ids, lambda ids: encoder.decode(ids, skip_special=False))
    tokens = [
        {"text": text, "id": number, "trained": trained, "stop": place in stops}
        for place, (text, number, trained) in enumerate(zip(texts, encoded.ids, encoded.trained, strict=True))
    ]
    return {
        "row": encoded.row,
        "tokens": tokens,
        "stopTrained": encoded.stop_trained,
        "truncated": encoded.truncated,
        "trainedTokens": encoded.trained_tokens,
        "dropReason": encoded.drop,
        "problems": [{"code": problem.code, "message": problem.message} for problem in encoded.problems],
    }


def describe_pair(pair: EncodedPair, encoder: Encoder) -> dict[str, Any]:
    """A preference as it lies in a packed row: the chosen conversation, then the rejected one."""
    sides = [describe(side, encoder) for side in (pair.chosen, pair.rejected)]
    problems = {problem["code"]: problem for side in sides for problem in side["problems"]}
    return {
        "row": pair.row,
        "tokens": [token for side in sides for token in side["tokens"]],
        "stopTrained": all(side["stopTrained"] for side in sides),
        "truncated": any(side["truncated"] for side in sides),
        "trainedTokens": sum(side["trainedTokens"] for side in sides),
        "dropReason": pair.drop,
        "problems": list(problems.values()),
    }


def token_texts(ids: Sequence[int], decode_ids: Callable[[Sequence[int]], str]) -> list[str]:
    """Text of each token. Of a character that is spread over tokens the last one has it, the others have ''.

    A token is decoded behind its predecessor, because many tokenizers drop the space at the start of a text.
    """
    texts: list[str] = []
    before, start = 0, 0
    for end in range(1, len(ids) + 1):
        known = decode_ids(ids[before:start])
        text = decode_ids(ids[before:end])
        is_partial = text.endswith(REPLACEMENT) and end - start < MAX_TOKENS_PER_CHARACTER and end < len(ids)
        if is_partial:
            texts.append("")
            continue
        texts.append(text[len(known) :])
        before, start = start, end
    return texts
