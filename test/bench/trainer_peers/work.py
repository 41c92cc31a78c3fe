"""What all sides train on, and how a worker talks. Lengths are log-normal with a mean of about 130, as chats have."""

from __future__ import annotations

import json
import pathlib
import random
import sys

VOCABULARY = 49152


def documents(count: int, prompt_share: float, longest: int = 512, vocabulary: int = VOCABULARY):
    """(ids, tokens of context) each; the same for the same arguments."""
    generator = random.Random(0)
    for _ in range(count):
        length = max(8, min(longest, round(generator.lognormvariate(4.6, 0.8))))
        yield [generator.randrange(5, vocabulary - 5) for _ in range(length)], int(length * prompt_share)


def pairs_of(options, vocabulary: int):
    """The documents of a file where one is given, else random ones."""
    if "pairs" in options:
        return json.loads(pathlib.Path(options["pairs"]).read_text())
    return list(documents(options["documents"], options["promptShare"], options["longest"], vocabulary))


def held_out_loss(model, options) -> float:
    """Mean loss of the answers' tokens, one document at a time, the same code for all sides."""
    import torch

    total, count = 0.0, 0
    model.eval()
    with torch.no_grad():
        for ids, context in json.loads(pathlib.Path(options["heldOut"]).read_text()):
            tokens = torch.tensor([ids])
            logits = model(input_ids=tokens, use_cache=False).logits[0, context - 1 : -1].float()
            total += torch.nn.functional.cross_entropy(logits, tokens[0, context:], reduction="sum").item()
            count += len(ids) - context
    model.train()
    return total / count


def answer(**figures):
    print("BENCH " + json.dumps(figures), flush=True)


def requests():
    for line in sys.stdin:
        yield json.loads(line)
