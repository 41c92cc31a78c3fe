"""Where in a rendered conversation each assistant turn begins and ends.

Four ways, tried in this order; each gives for every assistant message the character range from the end of the prompt
that opens the turn to the end of its stop token:

1. the template's own `{% generation %}` markers;
2. the opening text (such as `<|im_start|>assistant\\n`), where it holds a control token, so that no row text can
   imitate it, and where a trial conversation proved that it gives the same ranges as 3; one render per row;
3. prefixes: render the messages before the turn and those up to it;
4. a mark in front of every assistant text, for long conversations of templates without an opening text, where
   prefixes would cost the square of the number of turns, and for templates that render a turn differently later.
"""

from __future__ import annotations

from dataclasses import dataclass

from .template import MARK, ChatTemplate, ControlText, Message, TemplateRejected

LONG_CONVERSATION = 48

# Tokens that end a turn in the families we know; those of them that a tokenizer has count beside its own eos token.
KNOWN_STOPS = (
    "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<end_of_turn>", "<|end|>", "<|return|>", "<|call|>", "</s>",
    "<|end_of_text|>", "<|endoftext|>", "<|END_OF_TURN_TOKEN|>", "<turn|>",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """Character range of an assistant turn: text in [start, stop), stop token in [stop, end), empty without one."""

    message: int
    start: int
    stop: int
    end: int


class TurnsNotFound(Exception):
    """The rendered text does not show where the turns are; guessing would train on the wrong tokens."""


class TurnFinder:
    def __init__(self, template: ChatTemplate, text: ControlText, eos: str | None) -> None:
        self._template = template
        self._text = text
        known = {stop for stop in (*KNOWN_STOPS, eos) if stop in text.controls}
        self.stops = frozenset(known | _trial_stop(template, text))
        self._opening = self._trial_opening()

    def find(self, messages: list[Message], tools: list[object] | None) -> tuple[str, list[Turn]]:
        """Rendered conversation and its assistant turns. Raises TemplateRejected or TurnsNotFound."""
        rendered, marked = self._template.render_spans(messages, tools)
        wanted = [i for i, m in enumerate(messages) if m["role"] == "assistant"]
        if not wanted:
            return rendered, []
        if marked and len(marked) == len(wanted):
            regions = [self._with_stop_behind(rendered, *span) for span in marked]
        else:
            regions = (
                self._by_opening(rendered, len(wanted))
                or self._by_prefix(rendered, messages, tools, wanted)
                or self._by_mark(rendered, messages, tools, wanted)
            )
        if regions is None:
            raise TurnsNotFound
        # By the opening text a region runs on into the next user's turn, so there the first stop is the turn's.
        return rendered, [self._turn(rendered, i, *region) for i, region in zip(wanted, regions, strict=True)]

    def _turn(self, rendered: str, message: int, start: int, end: int, first: bool) -> Turn:
        found: tuple[int, int] | None = None
        at = start
        while match := self._text.first(rendered, at, end):
            at = match.end()
            if match.group() in self.stops:
                found = match.span()
                if first:
                    break
        return Turn(message, start, end, end) if found is None else Turn(message, start, *found)

    def _with_stop_behind(self, rendered: str, start: int, end: int) -> tuple[int, int, bool]:
        """A marked range often leaves its stop token outside."""
        behind = self._text.first(rendered, end)
        is_stop = behind is not None and behind.start() == end and behind.group() in self.stops
        return (start, behind.end() if behind and is_stop else end, False)

    def _by_opening(self, rendered: str, count: int) -> list[tuple[int, int, bool]] | None:
        opening = self._opening
        if opening is None or rendered.count(opening) != count:
            return None
        starts: list[int] = []
        at = 0
        for _ in range(count):
            at = rendered.index(opening, at) + len(opening)
            starts.append(at)
        regions = list(zip(starts, [s - len(opening) for s in starts[1:]] + [len(rendered)], strict=True))
        return [(start, end, True) for start, end in regions]

    def _by_prefix(
        self, rendered: str, messages: list[Message], tools: list[object] | None, wanted: list[int]
    ) -> list[tuple[int, int, bool]] | None:
        if len(messages) > LONG_CONVERSATION:
            return None
        try:
            return [self._prefix_region(rendered, messages, tools, i) for i in wanted]
        except (TemplateRejected, TurnsNotFound):
            return None

    def _prefix_region(
        self, rendered: str, messages: list[Message], tools: list[object] | None, i: int
    ) -> tuple[int, int, bool]:
        if i == 0:
            raise TurnsNotFound
        before = self._template.render(messages[:i], tools)
        if not rendered.startswith(before):
            raise TurnsNotFound
        prompt = self._template.render(messages[:i], tools, prompt=True)
        upto = rendered if i == len(messages) - 1 else self._template.render(messages[: i + 1], tools)
        start = common_prefix(prompt, rendered)
        if start < len(prompt):
            # The turn opens otherwise than its prompt says (a block for reasoning, say): the answer's own first
            # characters may agree with it by chance, so the range begins no later than the answer.
            content = messages[i]["content"].strip()
            at = rendered.find(content, len(before)) if content else -1
            start = min(start, at) if at >= 0 else start
        start = max(start, len(before))
        end = common_prefix(upto, rendered)
        if end <= start:
            raise TurnsNotFound
        return (start, end, False)

    def _by_mark(
        self, rendered: str, messages: list[Message], tools: list[object] | None, wanted: list[int]
    ) -> list[tuple[int, int, bool]] | None:
        marked = [dict(m, content=_mark(m["content"])) if m["role"] == "assistant" else m for m in messages]
        try:
            parts = self._template.render(marked, tools).split(MARK)
        except TemplateRejected:
            return None
        if "".join(parts) != rendered or len(parts) != len(wanted) + 1:
            return None
        starts: list[int] = []
        at = 0
        for part in parts[:-1]:
            at += len(part)
            opened = len(rendered[:at].rstrip(" "))
            is_behind_control = any(rendered.endswith(c, 0, opened) for c in self._text.controls)
            starts.append(opened if is_behind_control else at)
        return [(s, e, True) for s, e in zip(starts, [*starts[1:], len(rendered)], strict=True)]

    def _trial_opening(self) -> str | None:
        user, answer = {"role": "user", "content": "one"}, {"role": "assistant", "content": "two"}
        messages: list[Message] = [user, answer, user, answer]
        try:
            opening = self._template.render([user], prompt=True).removeprefix(self._template.render([user]))
            if self._text.first(opening) is None:
                return None
            rendered = self._template.render(messages)
            self._opening = None
            slow = self._by_prefix(rendered, messages, None, [1, 3])
            self._opening = opening
            fast = self._by_opening(rendered, 2)
        except TemplateRejected:
            return None
        if slow is None or fast is None:
            return None
        agree = [self._turn(rendered, 1, *a) == self._turn(rendered, 1, *b) for a, b in zip(slow, fast, strict=True)]
        return opening if all(agree) else None


def common_prefix(a: str, b: str) -> int:
    """Number of leading characters that both have."""
    if b.startswith(a):
        return len(a)
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[:middle] == b[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _mark(content: str) -> str:
    """Behind leading white space, because templates trim."""
    text = content.lstrip()
    return content[: len(content) - len(text)] + MARK + text


def _trial_stop(template: ChatTemplate, text: ControlText) -> set[str]:
    """The control token that this template puts behind an answer."""
    try:
        rendered = template.render([{"role": "user", "content": "one"}, {"role": "assistant", "content": "two"}])
    except TemplateRejected:
        return set()
    answer = rendered.rfind("two")
    match = text.first(rendered, answer) if answer >= 0 else None
    return {match.group()} if match else set()
