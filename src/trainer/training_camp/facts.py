"""What a chat template makes of a row: messages as templates expect them, and what they leave out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .template import ChatTemplate, Message, TemplateRejected

Fact = tuple[str, str]


def normalise(messages: Sequence[Message], knows_developer: bool) -> tuple[list[Message], list[Fact]]:
    """Content as a string, `developer` as `system` where the template knows no other, and what that lost."""
    out: list[Message] = []
    lost: list[Fact] = []
    for message in messages:
        copy = {k: clean(v) for k, v in message.items() if v is not None}
        content = copy.get("content", "")
        if isinstance(content, list):
            others = sorted({str(p.get("type")) for p in content if p.get("type") != "text"})
            if others:
                lost.append(("parts_dropped", f"A text model cannot see parts of type {', '.join(others)}."))
            content = "".join(str(p.get("text", "")) for p in content if p.get("type") == "text")
        copy["content"] = content
        if copy["role"] == "developer" and not knows_developer:
            copy["role"] = "system"
        out.append(copy)
    return out, lost


def lost_facts(template: ChatTemplate, messages: list[Message], tools: list[Any] | None, rendered: str) -> list[Fact]:
    """Facts of the row that the rendered text does not hold."""
    lost: list[Fact] = []
    for message in messages:
        text, role = message["content"].strip(), message["role"]
        if text and text not in rendered and not _holds_lines(text, rendered):
            lost.append((f"{role}_text_dropped", f"The chat template leaves out or changes the text of a {role} turn."))
        reasoning = str(message.get("reasoning_content") or "").strip()
        if reasoning and reasoning not in rendered:
            lost.append(("reasoning_dropped", "The chat template leaves out the reasoning of an assistant turn."))
        calls = message.get("tool_calls") or []
        if any(call["function"]["name"] not in rendered for call in calls):
            lost.append(("tool_calls_dropped", "The chat template leaves out the tool calls of an assistant turn."))
    if tools and _same_without_tools(template, messages, rendered):
        lost.append(("tools_dropped", "The chat template leaves out the tool definitions."))
    return list(dict.fromkeys(lost))


def _holds_lines(text: str, rendered: str) -> bool:
    """Some templates change white space or escape a text as JSON; neither loses it."""
    words = text.split()
    return " ".join(words) in " ".join(rendered.split()) or all(w.strip('"\\') in rendered for w in words)


def _same_without_tools(template: ChatTemplate, messages: list[Message], rendered: str) -> bool:
    try:
        return template.render(messages, None) == rendered
    except TemplateRejected:
        return False


def clean(value: Any) -> Any:
    """Lone surrogates are no text and cannot be tokenised: each becomes U+FFFD."""
    if isinstance(value, str):
        return value if _is_encodable(value) else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [clean(v) for v in value]
    if isinstance(value, dict):
        return {clean(k): clean(v) for k, v in value.items()}
    return value


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
