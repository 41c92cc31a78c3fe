"""One batch of preferences on a small random model: as tokens, and what our objective makes of it."""

from __future__ import annotations

import torch

from support.models import lora_model, tokenizer
from support.runs import preferences
from training_camp.config import DpoConfig
from training_camp.corpus import CorpusBuilder, collate
from training_camp.data import Encoder
from training_camp.dpo import FIGURES, score_pairs
from training_camp.lora import trainable_parameters
from training_camp.pairs import encode_pairs
from training_camp.policy import Policy

# What may be between two ways of computing the same in float32, padded there and packed here.
LIMITS = {
    "loss": 3e-5,
    "rewardMargin": 1e-4,
    "rewardAccuracy": 0.0,
    "chosenLogProb": 1e-3,
    "rejectedLogProb": 1e-3,
    "gradientNorm": 1e-4,
}
PAIRS = 8


def encoded_pairs():
    return list(encode_pairs(Encoder(tokenizer(), max_length=256), enumerate(preferences(PAIRS))))


def pairs_of_tokens():
    """Up to the stop token: what a template puts behind it is not trained here."""

    def answer(side):
        start, end = side.spans[0][0], side.spans[-1][1]
        return side.ids[:start], side.ids[start:end]

    found = []
    for pair in encoded_pairs():
        prompt, chosen = answer(pair.chosen)
        _, rejected = answer(pair.rejected)
        found.append({"prompt_ids": prompt, "chosen_ids": chosen, "rejected_ids": rejected})
    return found


def score_case(case):
    """Figures of a case of golden/dpo_trl.json, which names its pairs where it is not of all."""
    return score(DpoConfig(case["beta"], case["labelSmoothing"], case["sftWeight"]), case["pairs"])


def score(config, chosen=None):
    """Figures of the batch, packed into one row, against the model without its adapter."""
    corpus = CorpusBuilder(documents_per_example=2)
    for pair in encoded_pairs():
        corpus.add(pair.row, [(s.ids, [float(t) for t in s.trained]) for s in (pair.chosen, pair.rejected)])
    batch = collate(corpus.build(), range(PAIRS) if chosen is None else chosen, torch.device("cpu"))
    policy = Policy(lora_model("llama"))
    counts = torch.tensor(batch.target_counts)
    with torch.no_grad(), policy.model.disable_adapter():
        reference = -policy.token_losses(batch)
    losses, figures = score_pairs(-policy.token_losses(batch), reference, counts, config)
    losses.mean().backward()
    gradients = [p.grad.square().sum() for _, p in trainable_parameters(policy.model)]
    known = dict(zip(FIGURES, figures.mean(1).tolist(), strict=True))
    return {
        "loss": losses.mean().item(),
        "gradientNorm": torch.stack(gradients).sum().sqrt().item(),
        "rewardMargin": known["reward_margin"],
        "rewardAccuracy": known["reward_accuracy"],
        "chosenLogProb": known["chosen_log_prob"],
        "rejectedLogProb": known["rejected_log_prob"],
    }
