"""The tokenised documents of a split, held as flat arrays, and the micro-batches made of them."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from .attention import Segments
from .errors import TrainerError

if TYPE_CHECKING:
    from .data import Encoded, Encoder


@dataclass
class Corpus:
    """Documents one after the other. `weights` belongs to a token as a target: 0 is context."""

    ids: np.ndarray[Any, np.dtype[np.int32]]
    weights: np.ndarray[Any, np.dtype[np.float32]]
    starts: np.ndarray[Any, np.dtype[np.int64]]
    rows: list[int]
    dropped: Counter[str] = field(default_factory=Counter[str])
    notes: Counter[str] = field(default_factory=Counter[str])

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def lengths(self) -> list[int]:
        return np.diff(self.starts).tolist()

    @property
    def trained_tokens(self) -> int:
        return int(np.count_nonzero(self.weights))


@dataclass
class MicroBatch:
    """What one forward pass takes. `predicting[i]` is the position whose next token is `targets[i]`."""

    split: str
    documents: tuple[int, ...]
    ids: torch.Tensor
    positions: torch.Tensor
    segments: Segments
    predicting: torch.Tensor
    targets: torch.Tensor
    weights: torch.Tensor
    total_weight: float

    @property
    def tokens(self) -> int:
        return self.ids.shape[1]


def read_corpus(
    rows_path: Path, index_path: Path, encoder: Encoder, on_row: Callable[[], None] = lambda: None
) -> Corpus:
    """Tokenises the rows that an index file names. What cannot be trained on is left out and counted by reason."""
    ids, weights, starts, rows = array("i"), array("f"), array("q", [0]), array("q")
    dropped: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    for encoded in _encode_all(rows_path, index_path, encoder):
        on_row()
        notes.update({problem.code for problem in encoded.problems})
        if encoded.drop is not None:
            dropped[encoded.drop] += 1
            continue
        ids.extend(encoded.ids)
        weights.extend(_token_weights(encoded))
        starts.append(len(ids))
        rows.append(encoded.row)
    return Corpus(
        np.array(ids, dtype=np.int32),
        np.array(weights, dtype=np.float32),
        np.array(starts, dtype=np.int64),
        list(rows),
        dropped,
        notes,
    )


def _encode_all(rows_path: Path, index_path: Path, encoder: Encoder) -> Iterator[Encoded]:
    from .rows import DataError, read_index, read_rows

    try:
        yield from encoder.encode_rows(read_rows(rows_path, read_index(index_path)))
    except DataError as error:
        raise TrainerError("data", str(error), error.hint) from error
    except OSError as error:
        raise TrainerError("data", f"The dataset cannot be read: {error}") from error


def _token_weights(encoded: Encoded) -> list[float]:
    if encoded.weights is None:
        return [1.0 if trained else 0.0 for trained in encoded.trained]
    return encoded.weights


def collate(corpus: Corpus, documents: Sequence[int], device: torch.device, split: str = "train") -> MicroBatch:
    """Documents one after the other in one row, positions starting again with each."""
    spans = [(int(corpus.starts[index]), int(corpus.starts[index + 1])) for index in documents]
    lengths = [end - start for start, end in spans]
    ids = np.concatenate([corpus.ids[start:end] for start, end in spans]).astype(np.int64)
    weights = np.concatenate([corpus.weights[start:end] for start, end in spans])
    positions = np.concatenate([np.arange(length, dtype=np.int64) for length in lengths])
    # A document's first token never carries weight, so no position predicts into the next document.
    targets_at = np.flatnonzero(weights)
    target_weights = weights[targets_at]

    def put(values: np.ndarray[Any, Any]) -> torch.Tensor:
        tensor = torch.from_numpy(values)
        return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor.to(device)

    return MicroBatch(
        split=split,
        documents=tuple(documents),
        ids=put(ids)[None],
        positions=put(positions)[None],
        segments=Segments(lengths, device),
        predicting=put(targets_at - 1),
        targets=put(ids[targets_at]),
        weights=put(target_weights),
        total_weight=float(target_weights.astype(np.float64).sum()),
    )
