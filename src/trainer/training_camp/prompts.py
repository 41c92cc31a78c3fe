"""What is asked of a model for a row, and what the row expects as the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .template import Message


@dataclass(frozen=True, slots=True)
class Question:
    """A row cut before its last answer."""

    row: int
    messages: list[Message]
    tools: list[Any] | None
    expected: str
    asked: str
    """The last user turn, to show to a person."""


def question(row: int, value: dict[str, Any] | None) -> Question | None:
    """None for rows that ask nothing: plain text, or no answer of text."""
    if value is None:
        return None
    match value.get("kind"):
        case "chat":
            messages = value["messages"]
            answers = [i for i, m in enumerate(messages) if m["role"] == "assistant" and m.get("weight", 1) > 0]
            if not answers:
                return None
            before, answer = messages[: answers[-1]], messages[answers[-1]]
        case "preference":
            before, answer = value["messages"], value["chosen"][-1]
        case _:
            return None
    expected = _text(answer)
    if not before or not expected:
        return None
    users = [m for m in before if m["role"] == "user"]
    return Question(row, list(before), value.get("tools") or None, expected, _text(users[-1]) if users else "")


def with_examples(asked: Question, examples: Sequence[Question], system_suffix: str | None) -> list[Message]:
    """The row's system prompt (with a suffix), then examples as turns of the conversation, then the row's own turns."""
    system = [m for m in asked.messages if m["role"] in ("system", "developer")]
    others = [m for m in asked.messages if m["role"] not in ("system", "developer")]
    if system_suffix:
        head = system[0] if system else {"role": "system", "content": ""}
        text = f"{_text(head)}\n{system_suffix}" if _text(head) else system_suffix
        system = [{**head, "content": text}, *system[1:]]
    shown: list[Message] = []
    for example in examples:
        shown += [m for m in example.messages if m["role"] not in ("system", "developer")]
        shown.append({"role": "assistant", "content": example.expected})
    return [*system, *shown, *others]


def _text(message: Message) -> str:
    content = message.get("content")
    if isinstance(content, list):
        return "".join(str(p.get("text", "")) for p in content if p.get("type") == "text")
    return content if isinstance(content, str) else ""
