"""Chat templates: compiled once, rendered in Jinja's sandbox, with row text that can never become a control token.

A template is code that came with a model, so it runs in the immutable sandbox and every exception it raises is a
`TemplateRejected` of that row. Control tokens that someone typed into a row are hidden behind placeholders while the
template runs; whatever control token is in the rendered text is therefore the template's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .template_date import strftime_now

# Unicode noncharacters: no text in interchange holds them, and text that does is hidden like a control token.
HIDE_OPEN, HIDE_CLOSE, SPAN_OPEN, SPAN_CLOSE, MARK = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3", "\ufdd4"
RESERVED = (HIDE_OPEN, HIDE_CLOSE, SPAN_OPEN, SPAN_CLOSE, MARK)

Message = dict[str, Any]


class TemplateRejected(Exception):
    """The template refuses these messages (order of roles, a missing field) or fails on them."""


class ControlText:
    """Finds control tokens in text, hides those that a row brought along, and splits rendered text at the others."""

    def __init__(self, controls: Iterable[str]) -> None:
        self.controls = sorted({c for c in controls if c}, key=lambda c: (-len(c), c))
        self._hidden = [*self.controls, *RESERVED]
        self._numbers = {text: n for n, text in enumerate(self._hidden)}
        self._find = re.compile("|".join(map(re.escape, self._hidden)))
        self._placeholder = re.compile(f"{HIDE_OPEN}(\\d+){HIDE_CLOSE}")
        self._control = re.compile("|".join(map(re.escape, self.controls))) if self.controls else None

    def hide(self, text: str) -> str:
        if self._find.search(text) is None:
            return text
        return self._find.sub(lambda m: f"{HIDE_OPEN}{self._numbers[m.group()]}{HIDE_CLOSE}", text)

    def restore(self, text: str) -> str:
        if HIDE_OPEN not in text:
            return text
        return self._placeholder.sub(lambda m: self._hidden[int(m.group(1))], text)

    def first(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        if self._control is None:
            return None
        return self._control.search(text, start, len(text) if end is None else end)

    def split(self, text: str) -> list[tuple[str, bool]]:
        """Parts in order, each with whether it is a control token."""
        parts: list[tuple[str, bool]] = []
        at = 0
        for match in self._control.finditer(text) if self._control else ():
            if match.start() > at:
                parts.append((text[at : match.start()], False))
            parts.append((match.group(), True))
            at = match.end()
        if at < len(text):
            parts.append((text[at:], False))
        return parts

    def hide_in(self, value: Any) -> Any:
        """The same for every string inside a JSON value, keys included."""
        if isinstance(value, str):
            return self.hide(value)
        if isinstance(value, list):
            return [self.hide_in(v) for v in value]
        if isinstance(value, dict):
            return {self.hide(k): self.hide_in(v) for k, v in value.items()}
        return value


class ChatTemplate:
    """One compiled template with the tokenizer's special tokens as its variables."""

    def __init__(self, source: str, special_tokens: dict[str, str]) -> None:
        self.source = source
        self.has_markers = re.search(r"\{%-?\s*generation\s*-?%\}", source) is not None
        self.knows_developer = "developer" in source
        self._special = special_tokens
        try:
            self._template = _environment().from_string(source)
        except (TemplateError, RecursionError, ValueError) as error:
            raise TemplateRejected(f"The chat template does not compile: {error}") from error

    def render(self, messages: list[Message], tools: list[Any] | None = None, *, prompt: bool = False) -> str:
        """Rendered text without span marks. `prompt` adds what opens the assistant's turn."""
        return _strip_spans(self._render(messages, tools, prompt))[0]

    def render_spans(self, messages: list[Message], tools: list[Any] | None) -> tuple[str, list[tuple[int, int]]]:
        """Rendered text and what its `{% generation %}` blocks enclose, as character ranges."""
        return _strip_spans(self._render(messages, tools, False))

    def _render(self, messages: list[Message], tools: list[Any] | None, prompt: bool) -> str:
        try:
            return self._template.render(
                messages=messages, tools=tools, documents=None, add_generation_prompt=prompt, **self._special
            )
        # A template is foreign code: it can fail with any exception, and none of them may end a run.
        except Exception as error:
            raise TemplateRejected(str(error) or type(error).__name__) from error


def _strip_spans(text: str) -> tuple[str, list[tuple[int, int]]]:
    if SPAN_OPEN not in text:
        return text, []
    out: list[str] = []
    spans: list[tuple[int, int]] = []
    length = start = 0
    for part in re.split(f"([{SPAN_OPEN}{SPAN_CLOSE}])", text):
        if part == SPAN_OPEN:
            start = length
        elif part == SPAN_CLOSE:
            spans.append((start, length))
        else:
            out.append(part)
            length += len(part)
    return "".join(out), spans


class _GenerationBlock(Extension):
    """`{% generation %}…{% endgeneration %}`, the markers that transformers defined for trained text."""

    tags = {"generation"}  # noqa: RUF012 -- declared so by jinja2

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_wrap"), [], [], body).set_lineno(line)

    def _wrap(self, caller: Callable[[], str]) -> str:
        return f"{SPAN_OPEN}{caller()}{SPAN_CLOSE}"


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_GenerationBlock, loopcontrols]
    )
    environment.filters["tojson"] = _tojson
    functions: Any = environment.globals
    functions["raise_exception"] = _raise_exception
    functions["strftime_now"] = strftime_now
    return environment


def _raise_exception(message: str) -> None:
    raise TemplateRejected(message)


def _tojson(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """As transformers has it: Jinja's own filter escapes HTML, which models never saw."""
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)
