"""The command `evaluate`: a model against itself with an adapter, on rows that training did not see."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from .config import decode, encode
from .data import Encoded, Encoder
from .device import Compute, resolve_compute
from .generate import Answer, greedy
from .loading import open_model, open_tokenizer
from .memory_tuning import keep_freed_memory
from .oneshot import Emit, Request, run_request
from .pairs import are_preferences, encode_pairs
from .perplexity import document_losses, perplexity
from .prompts import Question, question, with_examples
from .refusal import Refusal
from .rows import read_index, read_rows
from .template import TemplateRejected

# Far above what rounding does to logits, far below what any trained adapter does.
ACTIVE_DIFFERENCE = 1e-3
PROBE_PROMPTS = 4


@dataclass(frozen=True)
class RowRef:
    """A row by its place in rows.jsonl, in bytes."""

    row: int
    offset: int
    length: int


@dataclass(frozen=True)
class Variant:
    """One way to answer the test rows. `examples` are shown as earlier turns."""

    name: str
    use_adapter: bool
    examples: list[RowRef] = field(default_factory=list[RowRef])
    system_suffix: str | None = None


@dataclass(frozen=True)
class BaseIdentity:
    """What the adapter's training.json must say about its base."""

    sha256: str
    vocabulary_size: int | None = None
    template_sha256: str | None = None


@dataclass(frozen=True)
class EvaluateRequest:
    """`validation_index` is a split file; without one no perplexity is measured."""

    model: str
    adapter: str | None
    rows_path: str
    variants: list[Variant]
    rows: list[RowRef] = field(default_factory=list[RowRef])
    validation_index: str | None = None
    base: BaseIdentity | None = None
    max_new_tokens: int = 128
    max_length: int = 1024
    overlong: str = "drop"
    max_validation_rows: int = 512
    seed: int = 0
    device: str = "auto"
    precision: str = "auto"
    threads: int | None = None


def main(request: bytes) -> int:
    """Answers one request."""
    keep_freed_memory()
    return run_request(request, _answer)


def _answer(raw: Request, emit: Emit) -> dict[str, Any]:
    start = time.monotonic()
    try:
        request = decode(EvaluateRequest, raw)
    except ValueError as error:
        raise Refusal("bad_request", f"The request is not valid: {error}", reason="internal") from error
    compute = _compute_of(request)
    adapter = Path(request.adapter) if request.adapter is not None else None
    emit({"kind": "progress", "phase": "loading"})
    tokenizer = open_tokenizer(Path(request.model))
    encoder = Encoder(tokenizer, max_length=request.max_length, overlong=request.overlong)
    model = open_model(Path(request.model), adapter, compute)
    test = Evaluation(model, encoder, request, emit)
    integrity = None if adapter is None else check_integrity(model, adapter, request.base)
    questions = test.questions(request.rows)
    result = {
        "device": str(compute.device),
        "precision": compute.precision,
        "integrity": integrity,
        "active": None if adapter is None else test.probe(questions),
        "perplexity": test.perplexities() if request.validation_index is not None else None,
        "preferences": test.preferences() if adapter is not None else None,
        "rows": [{"row": q.row, "prompt": q.asked, "expected": q.expected} for q in questions],
        "variants": [test.answers(variant, questions) for variant in request.variants],
    }
    return {**result, "skippedRows": len(request.rows) - len(questions), "seconds": time.monotonic() - start}


def _compute_of(request: EvaluateRequest) -> Compute:
    """
    Where and how to measure. The engine that serves on a CPU computes in more than bf16, whatever training does there:
    a near tie between two tokens must not fall one way in the proof and another way in use.
    """
    compute = resolve_compute(request.device, request.precision, request.threads)
    if request.precision == "auto" and compute.device.type == "cpu":
        return replace(compute, dtype=torch.float32)
    return compute


def check_integrity(model: Any, adapter: Path, base: BaseIdentity | None) -> dict[str, Any]:
    """Are all adapter values finite, and is the base the one that training.json names? Null where it names none."""
    tensors = [p for name, p in model.named_parameters() if "lora_" in name]
    is_finite = all(bool(torch.isfinite(tensor).all()) for tensor in tensors)
    named = _named_base(adapter)
    problems = [] if is_finite else ["The adapter holds values that are not finite."]
    matches: bool | None = None
    if base is not None and named is not None:
        expected = {key: value for key, value in encode(base).items() if value is not None and key in named}
        wrong = sorted(key for key, value in expected.items() if named[key] != value)
        matches = not wrong
        problems += [f"The adapter was trained on another base: {', '.join(wrong)} differ."] if wrong else []
    return {"isFinite": is_finite, "tensors": len(tensors), "baseMatches": matches, "problems": problems}


def _named_base(adapter: Path) -> dict[str, Any] | None:
    path = adapter / "training.json"
    if not path.is_file():
        return None
    try:
        named = json.loads(path.read_text(encoding="utf-8")).get("baseModel")
    except (ValueError, AttributeError):
        return None
    return named if isinstance(named, dict) else None


class Evaluation:
    """One loaded model, measured in several ways."""

    def __init__(self, model: Any, encoder: Encoder, request: EvaluateRequest, emit: Emit) -> None:
        self._model = model
        self._encoder = encoder
        self._request = request
        self._emit = emit
        self._has_adapter = request.adapter is not None

    def questions(self, rows: Sequence[RowRef]) -> list[Question]:
        """Rows that ask something; the others are counted by the caller."""
        refs = [(ref.row, ref.offset, ref.length) for ref in rows]
        found = (question(row, value) for row, value in read_rows(self._request.rows_path, refs))
        return [q for q in found if q is not None]

    def probe(self, questions: Sequence[Question]) -> dict[str, Any]:
        """The largest change of a logit that the adapter makes behind a few prompts."""
        prompts = [ids for q in questions[:PROBE_PROMPTS] if (ids := self._prompt(q, q.messages)) is not None]
        if not prompts:
            prompts = [[self._encoder.eos_id or 0] * 2]
        largest = 0.0
        base = self._model.get_base_model() if self._has_adapter else self._model
        base.set_attn_implementation("sdpa")
        with torch.inference_mode():
            for ids in prompts:
                batch = torch.tensor([ids], device=next(self._model.parameters()).device)
                tuned = self._last_logits(batch)
                with self._adapter(False):
                    largest = max(largest, float((tuned - self._last_logits(batch)).abs().max()))
        return {"isActive": largest > ACTIVE_DIFFERENCE, "maxLogitDifference": largest}

    def perplexities(self) -> dict[str, Any] | None:
        """
        Base and tuned over the validation split, on the same documents and the same resamples; of preferences over
        their chosen answers.
        """
        documents = self._validation()
        if not documents:
            return None
        tokens = [document.trained_tokens for document in documents]
        found: dict[str, Any] = {"documents": len(documents), "tokens": sum(tokens), "base": None, "tuned": None}
        for name in ("base", "tuned") if self._has_adapter else ("base",):
            progress = self._progress(f"perplexity:{name}", len(documents))
            with self._adapter(name == "tuned"):
                losses = document_losses(self._model, documents, progress)
            measured = asdict(perplexity(losses, tokens, self._request.seed))
            found[name] = {"value": measured["value"], "interval": measured["interval"]}
        return found

    def preferences(self) -> list[dict[str, Any]] | None:
        """
        Log-probability per token of both answers of each preference that has two, under base and tuned; None where the
        rows are no preferences.
        """
        refs = [(ref.row, ref.offset, ref.length) for ref in self._request.rows]
        rows = list(read_rows(self._request.rows_path, refs))
        if not are_preferences(rows):
            return None
        pairs = [pair for pair in encode_pairs(self._encoder, rows) if pair.drop is None]
        if not pairs:
            return []
        sides = [side for pair in pairs for side in (pair.chosen, pair.rejected)]
        found: list[dict[str, Any]] = [{"row": pair.row} for pair in pairs]
        for name in ("base", "tuned"):
            progress = self._progress(f"preferences:{name}", len(sides))
            with self._adapter(name == "tuned"):
                losses = document_losses(self._model, sides, progress)
            means = [-loss / side.trained_tokens for loss, side in zip(losses, sides, strict=True)]
            for place, scores in enumerate(found):
                scores[name] = {"chosen": means[2 * place], "rejected": means[2 * place + 1]}
        return found

    def answers(self, variant: Variant, questions: Sequence[Question]) -> dict[str, Any]:
        """Greedy answers of one variant to all questions; what has no room or is refused by the template is skipped."""
        start = time.monotonic()
        if variant.use_adapter and not self._has_adapter:
            raise Refusal("bad_request", f"Variant {variant.name} needs an adapter.", reason="internal")
        examples = self.questions(variant.examples)
        prompts = {
            i: ids
            for i, q in enumerate(questions)
            if (ids := self._prompt(q, with_examples(q, examples, variant.system_suffix))) is not None
        }
        progress = self._progress(f"answers:{variant.name}", len(prompts))
        done = 0

        def count() -> None:
            nonlocal done
            done += 1
            progress(done)

        with self._adapter(variant.use_adapter):
            answers = greedy(
                self._model,
                list(prompts.values()),
                stop_ids=self._encoder.stop_ids,
                max_new_tokens=self._request.max_new_tokens,
                on_answer=count,
            )
        given = dict(zip(prompts, answers, strict=True))
        return {
            "name": variant.name,
            "answers": [self._describe(q, given.get(i)) for i, q in enumerate(questions)],
            "seconds": time.monotonic() - start,
        }

    def _describe(self, asked: Question, answer: Answer | None) -> dict[str, Any]:
        if answer is None:
            return {"row": asked.row, "text": "", "tokens": 0, "stopped": False, "skipped": True}
        text = self._encoder.decode(answer.ids)
        return {"row": asked.row, "text": text, "tokens": len(answer.ids), "stopped": answer.stopped, "skipped": False}

    def _prompt(self, asked: Question, messages: list[dict[str, Any]]) -> list[int] | None:
        try:
            ids = self._encoder.encode_prompt(messages, asked.tools)
        except TemplateRejected:
            return None
        limit = getattr(self._model.config, "max_position_embeddings", None)
        has_room = limit is None or len(ids) + self._request.max_new_tokens <= limit
        return ids if ids and has_room else None

    def _validation(self) -> list[Encoded]:
        index = read_index(self._request.validation_index or "")[: self._request.max_validation_rows]
        rows = list(read_rows(self._request.rows_path, index))
        if are_preferences(rows):
            return [pair.chosen for pair in encode_pairs(self._encoder, rows) if pair.drop is None]
        return [encoded for encoded in self._encoder.encode_rows(rows) if encoded.drop is None]

    def _last_logits(self, ids: torch.Tensor) -> torch.Tensor:
        return self._model(input_ids=ids, use_cache=False, logits_to_keep=1).logits[0, -1].float()

    def _adapter(self, is_on: bool) -> AbstractContextManager[Any]:
        return nullcontext() if is_on or not self._has_adapter else self._model.disable_adapter()

    def _progress(self, phase: str, total: int) -> Callable[[int], None]:
        def report(done: int) -> None:
            self._emit({"kind": "progress", "phase": phase, "done": done, "total": total, "fraction": done / total})

        return report
