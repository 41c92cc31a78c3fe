"""The weight of a turn, from the row to the loss."""

import json
import struct

import pytest
import torch
import torch.nn.functional as F

from support.models import random_model, tokenizer
from training_camp.corpus import collate, read_corpus
from training_camp.data import Encoder
from training_camp.model import prepare_model
from training_camp.policy import Policy

CPU = torch.device("cpu")


def conversation(*weights):
    messages = []
    for number, weight in enumerate(weights):
        messages.append({"role": "user", "content": f"question {number}"})
        messages.append({"role": "assistant", "content": f"answer number {number}", "weight": weight})
    return {"kind": "chat", "messages": messages}


def corpus_of(folder, rows, **options):
    entries = []
    with open(folder / "rows.jsonl", "wb") as file:
        for index, row in enumerate(rows):
            line = json.dumps(row).encode()
            entries.append(struct.pack("<qqq", index, file.tell(), len(line)))
            file.write(line + b"\n")
    (folder / "train.idx").write_bytes(b"".join(entries))
    return read_corpus(folder / "rows.jsonl", folder / "train.idx", Encoder(tokenizer(), max_length=256, **options))


def losses_by_turn(model, encoder, row):
    """transformers' own loss of each turn's tokens, its stop token among them, summed."""
    encoded = encoder.encode(0, row)
    ids = torch.tensor(encoded.ids)
    with torch.no_grad():
        logits = model(input_ids=ids[None], use_cache=False).logits[0].float()
    losses = F.cross_entropy(logits[:-1], ids[1:], reduction="none")
    return [(losses[start - 1 : end - 1].sum().item(), end - start) for start, end in encoded.spans]


def test_half_the_weight_is_half_the_share_of_the_loss(tmp_path):
    rows = [conversation(0.5, 1), conversation(1), conversation(0, 2.5)]
    encoder = Encoder(tokenizer(), max_length=256)
    model = random_model("llama")
    # The same rows with full weights, so that each turn has a span; the answer of weight 0 stays context.
    (half, tokens_half), (full, tokens_full) = losses_by_turn(model, encoder, conversation(1, 1))
    [(alone, tokens_alone)] = losses_by_turn(model, encoder, conversation(1))
    [(heavy, tokens_heavy)] = losses_by_turn(model, encoder, conversation(0, 1))
    total = 0.5 * half + full + alone + 2.5 * heavy
    weight = 0.5 * tokens_half + tokens_full + tokens_alone + 2.5 * tokens_heavy

    corpus = corpus_of(tmp_path, rows)
    batch = collate(corpus, range(3), CPU)
    loss = Policy(prepare_model(model)).loss(batch, batch.total_weight)
    assert batch.total_weight == pytest.approx(weight)
    assert loss.item() == pytest.approx(total / weight, rel=1e-5)
    assert corpus.trained_tokens == tokens_half + tokens_full + tokens_alone + tokens_heavy


def test_a_whole_batch_of_half_weights_trains_like_full_ones(tmp_path):
    policy = Policy(prepare_model(random_model("llama")))
    found = []
    for weight in (1, 0.5):
        batch = collate(corpus_of(tmp_path, [conversation(weight, weight)]), [0], CPU)
        found.append(policy.loss(batch, batch.total_weight).item())
    assert found[0] == pytest.approx(found[1], rel=1e-6)


def test_a_row_cut_to_length_keeps_its_weights(tmp_path):
    row = conversation(1, 0.5)
    whole = corpus_of(tmp_path, [row])
    encoder = Encoder(tokenizer(), max_length=len(whole.ids) - 3, overlong="truncate")
    encoded = encoder.encode(0, row)
    assert encoded.truncated
    assert encoded.weights == whole.weights[:-3].tolist()
