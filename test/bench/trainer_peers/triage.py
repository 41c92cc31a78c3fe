"""A task like the demo's: one line of a bug report becomes strict JSON. Held-out lines use phrases of their own."""

from __future__ import annotations

import itertools
import json
import random

SYSTEM = "Triage the bug report as JSON with keys component, severity, platform."
COMPONENTS = {
    "auth": ["the login page", "password reset", "single sign-on", "the sign-up form"],
    "billing": ["the invoice page", "the checkout", "the refund form", "card payment"],
    "search": ["the search box", "the filter panel", "autocomplete", "the results list"],
    "export": ["the CSV export", "the PDF download", "the report export", "the backup file"],
}
SEVERITIES = {
    "critical": ["loses all my data", "crashes for every user", "leaks private records", "takes the site down"],
    "high": ["fails every time", "returns error 500", "hangs forever", "does not work at all"],
    "low": ["has a typo", "is misaligned", "uses the wrong colour", "flickers a little"],
}
PLATFORMS = {"ios": ["on my iPhone", "on iPad"], "android": ["on my Pixel", "on a Galaxy"], "unknown": ["", ""]}


def conversations(is_held_out: bool, count: int):
    """The last phrase of each list is kept for the held-out lines."""
    kinds = list(itertools.product(COMPONENTS, SEVERITIES, PLATFORMS))
    generator = random.Random(9 if is_held_out else 7)
    for index in range(count):
        component, severity, platform = kinds[index % len(kinds)] if is_held_out else generator.choice(kinds)
        lists = (COMPONENTS[component], SEVERITIES[severity], PLATFORMS[platform])
        parts = [words[-1] if is_held_out else generator.choice(words[:-1]) for words in lists]
        answer = json.dumps({"component": component, "severity": severity, "platform": platform})
        yield [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": " ".join(part for part in parts if part).capitalize()},
            {"role": "assistant", "content": answer},
        ]
