"""Rows to tokens, with the mask that says which of them are trained.

The one place where text becomes tokens, for training, the token lens and evaluation alike. The rule:

- The tokenizer's chat template renders the conversation. Control tokens typed inside row text stay plain text.
- Rendered text is tokenised as a whole, but cut where a trained turn begins, so that its prompt has exactly the tokens
  that generation starts from, and cut at its stop token.
- Trained are the text and the stop token of assistant turns whose weight is above 0; what the template puts behind
  the stop token is not. Of a text row everything is trained, closed by the eos token; the first token of a row never
  is, because nothing predicts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from tokenizers import Tokenizer

from .facts import clean, lost_facts, normalise
from .rows import DataError
from .template import HIDE_OPEN, ChatTemplate, ControlText, Message, TemplateRejected
from .turns import Turn, TurnFinder, TurnsNotFound

BATCH_ROWS = 512


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about one row that a person should know. `code` is stable."""

    code: str
    message: str


@dataclass(slots=True)
class Encoded:
    """A row as tokens. With `drop` set the row is not trained on; ids may then be empty."""

    row: int
    ids: list[int] = field(default_factory=list)
    trained: list[bool] = field(default_factory=list)
    """Per token: is it a label? Never true at position 0."""
    weights: list[float] | None = None
    """Per token, 0 where it is not trained; None where every trained token weighs 1."""
    spans: list[tuple[int, int]] = field(default_factory=list)
    """Token ranges of the trained turns, stop token included."""
    stop_trained: bool = False
    """Every trained turn ends in a trained stop token."""
    truncated: bool = False
    drop: str | None = None
    """Why: unreadable, template_rejected, turns_not_found, too_long, truncated_away, no_trained_tokens."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def trained_tokens(self) -> int:
        return sum(self.trained)


@dataclass(slots=True)
class _Piece:
    """Text to tokenise in one go, and what of it is trained."""

    text: str
    weight: float = 0.0
    stop_weight: float = 0.0
    """Above 0 where the piece begins with the stop token of a trained turn."""
    adds_special: bool = False
    """A text row: the tokenizer may put its own tokens around it."""
    lead: str = ""
    """Context in front that the tokenizer needs to see, whose tokens are left out."""


@dataclass(slots=True)
class _Draft:
    encoded: Encoded
    pieces: list[_Piece] = field(default_factory=list)
    stops_found: bool = True


class Encoder:
    """Encodes rows for one model. Holds the tokenizer's backend: not for two threads at once."""

    def __init__(
        self,
        tokenizer: Any,
        *,
        template: str | None = None,
        max_length: int,
        overlong: str = "drop",
    ) -> None:
        """`tokenizer` is a transformers fast tokenizer; `template` replaces its chat template."""
        backend = getattr(tokenizer, "backend_tokenizer", None)
        if not isinstance(backend, Tokenizer):
            raise DataError(
                "tokenizer_unsupported", "The model has no tokenizer.json, so its text cannot be tokenised exactly."
            )
        backend.no_truncation()
        backend.no_padding()
        self._backend = backend
        self._plain: Tokenizer | None = None
        self.max_length = max_length
        self.overlong = overlong
        self._eos: str | None = tokenizer.eos_token
        self.eos_id: int | None = tokenizer.eos_token_id
        special = {k: str(v) for k, v in tokenizer.special_tokens_map.items() if isinstance(v, str)}
        self._control_ids = {str(t.content): int(n) for n, t in tokenizer.added_tokens_decoder.items() if t.special}
        self.text = ControlText(self._control_ids)
        self._sources = _template_sources(template, tokenizer.chat_template)
        self._templates = {name: ChatTemplate(source, special) for name, source in self._sources.items()}
        self._finders = {name: TurnFinder(t, self.text, self._eos) for name, t in self._templates.items()}
        self._is_context_free = self._find_context_free()

    @property
    def has_template(self) -> bool:
        return bool(self._templates)

    @property
    def stop_ids(self) -> list[int]:
        """Ids that end an answer: what the template puts behind one, and the eos token."""
        texts = {stop for finder in self._finders.values() for stop in finder.stops}
        ids = {self._control_ids[text] for text in texts}
        return sorted(ids if self.eos_id is None else ids | {self.eos_id})

    def encode(self, row: int, value: dict[str, Any] | None) -> Encoded:
        return next(self.encode_rows([(row, value)]))

    def encode_rows(self, rows: Iterable[tuple[int, dict[str, Any] | None]]) -> Iterator[Encoded]:
        """In order. Rows that cannot be trained come back with `drop`; a wrong kind of dataset raises DataError."""
        source = iter(rows)
        while batch := list(islice(source, BATCH_ROWS)):
            drafts = [self._draft(row, value) for row, value in batch]
            pieces = [piece for draft in drafts for piece in draft.pieces]
            tokens = iter(self._tokenise(pieces))
            for draft in drafts:
                yield self._finish(draft, list(islice(tokens, len(draft.pieces))))

    def encode_prompt(self, messages: Sequence[Message], tools: list[Any] | None = None) -> list[int]:
        """Tokens that an answer is generated from. Raises TemplateRejected or DataError."""
        name = self._choose(tools)
        clean, _ = normalise(messages, self._templates[name].knows_developer)
        hidden: list[Message] = self.text.hide_in(clean)
        hidden_tools = self.text.hide_in(tools)
        rendered = self._templates[name].render(hidden, hidden_tools, prompt=True)
        # Earlier answers keep the tokens that they were trained and generated with, so each begins a piece of its own.
        try:
            before, turns = self._finders[name].find(hidden, hidden_tools)
        except TurnsNotFound:
            before, turns = "", []
        pieces = self._pieces(rendered, [(turn, 1.0) for turn in turns] if rendered.startswith(before) else [])
        return [token for tokens in self._tokenise(pieces) for token in tokens]

    def decode(self, ids: Sequence[int], *, skip_special: bool = True) -> str:
        return self._backend.decode(list(ids), skip_special_tokens=skip_special)

    # One row

    def _draft(self, row: int, value: dict[str, Any] | None) -> _Draft:
        encoded = Encoded(row)
        draft = _Draft(encoded)
        if value is None:
            encoded.drop = "unreadable"
            return draft
        kind = value.get("kind")
        if kind == "text":
            return self._draft_text(draft, value)
        if kind != "chat":
            raise DataError(
                "rows_not_for_sft",
                f"Row {row} is of kind {kind!r}; supervised fine-tuning needs conversations or text.",
                "Train preference data with --method dpo, or map its chosen answers to messages.",
            )
        try:
            self._draft_chat(draft, value)
        except TemplateRejected as error:
            encoded.drop = "template_rejected"
            encoded.problems.append(Problem("template_rejected", f"The chat template refuses the row: {error}"))
        except TurnsNotFound:
            encoded.drop = "turns_not_found"
            encoded.problems.append(
                Problem(
                    "turns_not_found", "The chat template renders the row so that its answers cannot be told apart."
                )
            )
        return draft

    def _draft_text(self, draft: _Draft, value: dict[str, Any]) -> _Draft:
        text = clean(str(value.get("text") or ""))
        if text:
            draft.pieces = [_Piece(self.text.hide(text), weight=1.0, adds_special=True)]
        draft.stops_found = self.eos_id is not None
        return draft

    def _draft_chat(self, draft: _Draft, value: dict[str, Any]) -> None:
        tools = value.get("tools") or None
        name = self._choose(tools)
        template, finder = self._templates[name], self._finders[name]
        messages, changes = normalise(value["messages"], template.knows_developer)
        hidden = self.text.hide_in(messages)
        hidden_tools = self.text.hide_in(tools)
        rendered, turns = finder.find(hidden, hidden_tools)
        lost = changes + lost_facts(template, hidden, hidden_tools, rendered)
        draft.encoded.problems.extend(Problem(code, message) for code, message in lost)
        weighted = [(turn, float(messages[turn.message].get("weight", 1))) for turn in turns]
        trained = [(turn, weight) for turn, weight in weighted if weight > 0]
        draft.stops_found = all(turn.end > turn.stop for turn, _ in trained)
        draft.pieces = self._pieces(rendered, trained)

    def _pieces(self, rendered: str, trained: list[tuple[Turn, float]]) -> list[_Piece]:
        pieces: list[_Piece] = []
        at = 0
        stop_weight = 0.0
        for turn, weight in trained:
            pieces.append(_Piece(rendered[at : turn.start], stop_weight=stop_weight))
            stop_weight = weight if turn.end > turn.stop else 0.0
            lead = "" if self._is_context_free else self._lead(rendered, turn.start)
            pieces.append(_Piece(rendered[turn.start : turn.stop], weight=weight, lead=lead))
            at = turn.stop
        pieces.append(_Piece(rendered[at:], stop_weight=stop_weight))
        return [p for p in pieces if p.text]

    def _finish(self, draft: _Draft, tokens: list[list[int]]) -> Encoded:
        encoded = draft.encoded
        if encoded.drop is not None:
            return encoded
        ids, spans, weights = encoded.ids, encoded.spans, []
        for piece, part in zip(draft.pieces, tokens, strict=True):
            start = len(ids)
            ids.extend(part)
            weights.extend([piece.weight] * len(part))
            if piece.weight > 0:
                spans.append((start, len(ids)))
            elif piece.stop_weight > 0 and part:
                weights[start] = piece.stop_weight
                # An empty answer is its stop token alone.
                opened = spans.pop()[0] if spans and spans[-1][1] == start else start
                spans.append((opened, start + 1))
        if draft.pieces and draft.pieces[0].adds_special and self.eos_id is not None and ids[-1:] != [self.eos_id]:
            ids.append(self.eos_id)
            weights.append(1.0)
            spans[-1] = (spans[-1][0], len(ids))
        weights[:1] = [0.0] * len(weights[:1])
        trained = encoded.trained = [w > 0 for w in weights]
        encoded.weights = weights if any(w not in (0, 1) for w in weights) else None
        had_labels = any(trained)
        encoded.stop_trained = draft.stops_found and had_labels
        if len(ids) > self.max_length:
            self._cut(encoded)
        if encoded.drop is None and not any(encoded.trained):
            encoded.drop = "truncated_away" if had_labels else "no_trained_tokens"
        if encoded.drop is None and not encoded.stop_trained and not encoded.truncated:
            encoded.problems.append(
                Problem("stop_not_trained", "No stop token follows the answer, so nothing teaches the model to end it.")
            )
        return encoded

    def _cut(self, encoded: Encoded) -> None:
        encoded.truncated = True
        if self.overlong == "drop":
            encoded.drop = "too_long"
            return
        limit = self.max_length
        if encoded.spans and encoded.spans[-1][1] > limit:
            encoded.stop_trained = False
        del encoded.ids[limit:], encoded.trained[limit:]
        if encoded.weights is not None:
            del encoded.weights[limit:]
        encoded.spans = [(a, min(b, limit)) for a, b in encoded.spans if a < limit]

    # Tokenising

    def _tokenise(self, pieces: list[_Piece]) -> list[list[int]]:
        out: list[list[int]] = [[] for _ in pieces]
        for adds_special in (False, True):
            at = [
                i
                for i, p in enumerate(pieces)
                if p.adds_special == adds_special and HIDE_OPEN not in p.text and not p.lead
            ]
            for i, encoding in zip(
                at,
                self._backend.encode_batch_fast([pieces[i].text for i in at], add_special_tokens=adds_special),
                strict=True,
            ):
                out[i] = encoding.ids
        for i, piece in enumerate(pieces):
            if piece.lead:
                out[i] = self._after(piece.lead, piece.text)
            elif HIDE_OPEN in piece.text:
                out[i] = self._with_hidden(piece.text, piece.adds_special)
        return out

    def _with_hidden(self, text: str, adds_special: bool = False) -> list[int]:
        """The template's control tokens by id, everything between them, restored, as plain text."""
        if self._plain is None:
            self._plain = Tokenizer.from_str(self._backend.to_str())
            self._plain.encode_special_tokens = True
        ids: list[int] = []
        for part, is_control in self.text.split(text):
            if is_control:
                ids.append(self._control_ids[part])
            else:
                ids.extend(self._plain.encode(self.text.restore(part), add_special_tokens=adds_special).ids)
        return ids

    def _after(self, lead: str, text: str) -> list[int]:
        """Tokens of `text` as they are behind `lead`, for tokenizers that treat the start of a text specially."""
        before, whole = self._ids(lead), self._ids(lead + text)
        if whole[: len(before)] == before:
            return whole[len(before) :]
        control = next(iter(self.text.controls), "")
        return self._ids(control + text)[1:] if control else self._ids(text)

    def _ids(self, text: str) -> list[int]:
        if HIDE_OPEN in text:
            return self._with_hidden(text)
        return self._backend.encode(text, add_special_tokens=False).ids

    def _lead(self, rendered: str, start: int) -> str:
        """From the last control token in front of a turn up to the turn."""
        at = max(0, start - 256)
        found = at
        while match := self.text.first(rendered, at, start):
            found, at = match.start(), match.end()
        return rendered[found:start]

    def _find_context_free(self) -> bool:
        """Does text have the same tokens at the start of a string as within one? Byte-level BPE does, most others put
        a space in front."""
        if self._ids("\none two") != self._ids("\n") + self._ids("one two"):
            return False
        return all(self._ids(c + "one two")[1:] == self._ids("one two") for c in self.text.controls[:1])

    def _choose(self, tools: list[Any] | None) -> str:
        if not self._templates:
            raise DataError(
                "no_chat_template",
                "The model has no chat template, so conversations cannot be rendered.",
                "Choose an instruct model, or train on text rows.",
            )
        if tools and "tool_use" in self._templates:
            return "tool_use"
        return "default" if "default" in self._templates else next(iter(self._templates))


def _template_sources(given: str | None, own: object) -> dict[str, str]:
    if given is not None:
        return {"default": given}
    if isinstance(own, dict):
        return {str(name): str(source) for name, source in own.items()}
    return {"default": own} if isinstance(own, str) else {}
