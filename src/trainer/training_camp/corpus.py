"""The tokenised documents of a split, held as flat arrays, and the micro-batches made of them."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
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
    """
    Documents one after the other. `weights` belongs to a token as a target: 0 is context. An example is what a row
    gives and what a step takes whole: one document, or two that are weighed against each other.
    """

    ids: np.ndarray[Any, np.dtype[np.int32]]
    weights: np.ndarray[Any, np.dtype[np.float32]]
    starts: np.ndarray[Any, np.dtype[np.int64]]
    rows: list[int]
    dropped: Counter[str] = field(default_factory=Counter[str])
    notes: Counter[str] = field(default_factory=Counter[str])
    documents_per_example: int = 1

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def lengths(self) -> list[int]:
        """Tokens of each example."""
        return np.diff(self.starts[:: self.documents_per_example]).tolist()

    @property
    def trained_tokens(self) -> int:
        return int(np.count_nonzero(self.weights))

    def documents(self, examples: Sequence[int]) -> list[int]:
        """The documents of some examples, in their order."""
        each = self.documents_per_example
        return [example * each + place for example in examples for place in range(each)]


@dataclass
class MicroBatch:
    """What one forward pass takes. `predicting[i]` is the position whose next token is `targets[i]`."""

    split: str
    examples: tuple[int, ...]
    ids: torch.Tensor
    positions: torch.Tensor
    segments: Segments
    predicting: torch.Tensor
    targets: torch.Tensor
    weights: torch.Tensor
    target_counts: list[int]
    """Targets of each document."""
    total_weight: float

    @property
    def tokens(self) -> int:
        return self.ids.shape[1]


class CorpusBuilder:
    """Takes the tokens of a split example by example."""

    def __init__(self, documents_per_example: int) -> None:
        self._documents_per_example = documents_per_example
        self._ids, self._weights, self._starts = array("i"), array("f"), array("q", [0])
        self._rows = array("q")
        self._dropped: Counter[str] = Counter()
        self._notes: Counter[str] = Counter()

    def note(self, codes: set[str]) -> None:
        """Counts what a person should know of a row."""
        self._notes.update(codes)

    def drop(self, reason: str) -> None:
        """Counts a row that is left out."""
        self._dropped[reason] += 1

    def add(self, row: int, documents: Sequence[tuple[Sequence[int], Sequence[float]]]) -> None:
        """Takes the documents of a row, each as its tokens and their weights."""
        for ids, weights in documents:
            self._ids.extend(ids)
            self._weights.extend(weights)
            self._starts.append(len(self._ids))
        self._rows.append(row)

    def build(self) -> Corpus:
        """What was taken."""
        return Corpus(
            np.array(self._ids, dtype=np.int32),
            np.array(self._weights, dtype=np.float32),
            np.array(self._starts, dtype=np.int64),
            list(self._rows),
            self._dropped,
            self._notes,
            self._documents_per_example,
        )


def read_corpus(
    rows_path: Path, index_path: Path, encoder: Encoder, on_row: Callable[[], None] = lambda: None
) -> Corpus:
    """Tokenises the rows that an index file names. What cannot be trained on is left out and counted by reason."""
    corpus = CorpusBuilder(documents_per_example=1)
    with _readable():
        for encoded in encoder.encode_rows(_rows(rows_path, index_path)):
            on_row()
            corpus.note({problem.code for problem in encoded.problems})
            if encoded.drop is None:
                corpus.add(encoded.row, [(encoded.ids, _token_weights(encoded))])
            else:
                corpus.drop(encoded.drop)
    return corpus.build()


def read_pairs(
    rows_path: Path, index_path: Path, encoder: Encoder, on_row: Callable[[], None] = lambda: None
) -> Corpus:
    """The same for preferences: two documents a row, the chosen one first. A pair is left out whole or not at all."""
    from .pairs import encode_pairs

    corpus = CorpusBuilder(documents_per_example=2)
    with _readable():
        for pair in encode_pairs(encoder, _rows(rows_path, index_path)):
            on_row()
            corpus.note({problem.code for problem in (*pair.chosen.problems, *pair.rejected.problems)})
            if pair.drop is None:
                sides = (pair.chosen, pair.rejected)
                corpus.add(pair.row, [(side.ids, [float(trained) for trained in side.trained]) for side in sides])
            else:
                corpus.drop(pair.drop)
    return corpus.build()


def _rows(rows_path: Path, index_path: Path) -> Iterator[tuple[int, dict[str, Any] | None]]:
    from .rows import read_index, read_rows

    yield from read_rows(rows_path, read_index(index_path))


@contextmanager
def _readable() -> Generator[None]:
    """Data that cannot be read ends the run with that as its reason."""
    from .rows import DataError

    try:
        yield
    except DataError as error:
        raise TrainerError("data", str(error), error.hint) from error
    except OSError as error:
        raise TrainerError("data", f"The dataset cannot be read: {error}") from error


def _token_weights(encoded: Encoded) -> list[float]:
    """Weight of each token as a target."""
    if encoded.weights is None:
        return [1.0 if trained else 0.0 for trained in encoded.trained]
    return encoded.weights


def collate(corpus: Corpus, examples: Sequence[int], device: torch.device, split: str = "train") -> MicroBatch:
    """Documents one after the other in one row, positions starting again with each."""
    spans = [(int(corpus.starts[index]), int(corpus.starts[index + 1])) for index in corpus.documents(examples)]
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
        examples=tuple(examples),
        ids=put(ids)[None],
        positions=put(positions)[None],
        segments=Segments(lengths, device),
        predicting=put(targets_at - 1),
        targets=put(ids[targets_at]),
        weights=put(target_weights),
        target_counts=[int(np.count_nonzero(corpus.weights[start:end])) for start, end in spans],
        total_weight=float(target_weights.astype(np.float64).sum()),
    )
