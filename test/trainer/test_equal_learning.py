"""Packing, cached prefixes and the chunked loss change how fast training is, never what is learned."""

import pytest
import torch
import torch.nn.functional as F

from support.corpora import random_corpus
from support.models import ARCHITECTURES, lora_model
from training_camp.corpus import collate
from training_camp.fused import fuse
from training_camp.model import Anatomy
from training_camp.policy import Policy
from training_camp.prefix_cache import FrozenPrefix, PrefixStore, frozen_depth

CPU = torch.device("cpu")
LENGTHS = [40, 25, 60, 7, 33]


def gradients(model):
    found = {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}
    model.zero_grad(set_to_none=True)
    return found


def relative_difference(left, right):
    assert left.keys() == right.keys()
    return max(((left[k] - right[k]).norm() / (right[k].norm() + 1e-12)).item() for k in right)


def reference_loss(model, corpus):
    """transformers' own eager attention and logits, one document at a time."""
    base = model.get_base_model()
    base.set_attn_implementation("eager")
    total, weight = 0.0, 0.0
    for index in range(len(corpus)):
        span = slice(int(corpus.starts[index]), int(corpus.starts[index + 1]))
        ids = torch.tensor(corpus.ids[span], dtype=torch.long)[None]
        logits = base(input_ids=ids, use_cache=False).logits[0, :-1].float()
        share = torch.tensor(corpus.weights[span])[1:]
        total = total + (F.cross_entropy(logits, ids[0, 1:], reduction="none") * share).sum()
        weight += share.sum().item()
    base.set_attn_implementation("training_camp_packed")
    return total / weight


@pytest.mark.parametrize("is_fused", [False, True])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_packed_loss_and_gradients_equal_those_of_single_documents(name, is_fused):
    model = lora_model(name)
    corpus = random_corpus(LENGTHS)
    expected = reference_loss(model, corpus)
    expected.backward()
    expected_gradients = gradients(model)
    if is_fused:
        # 7 projections and at least 2 norms in each of 6 layers, and the last norm.
        assert fuse(model) >= 6 * 9 + 1
    batch = collate(corpus, range(len(corpus)), CPU)
    loss = Policy(model).loss(batch, batch.total_weight)
    loss.backward()
    assert abs(loss.item() - expected.item()) < 1e-4
    assert relative_difference(gradients(model), expected_gradients) < 1e-3


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_document_does_not_see_another_in_its_row(name):
    policy = Policy(lora_model(name))
    corpus = random_corpus(LENGTHS)

    def loss_of_last():
        batch = collate(corpus, range(len(corpus)), CPU)
        last = batch.predicting >= int(corpus.starts[-2])
        batch.weights = batch.weights * last
        with torch.no_grad():
            return policy.loss(batch, 1.0).item()

    before = loss_of_last()
    corpus.ids[: int(corpus.starts[-2])] = 17
    assert loss_of_last() == before


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("last_layers", [3, 4])
def test_a_cached_prefix_is_bitwise_equal(name, last_layers, tmp_path):
    model = lora_model(name, last_layers=last_layers)
    batch = collate(random_corpus(LENGTHS), range(len(LENGTHS)), CPU)
    loss = Policy(model).loss(batch, batch.total_weight)
    loss.backward()
    expected = gradients(model)
    anatomy = Anatomy.of(model)
    assert frozen_depth(anatomy) == 6 - last_layers
    # The second budget is too small for memory, so that the disk is used as well.
    for budget in (2**20, 0):
        store = PrefixStore("test", tmp_path / "cache", budget, 2**20)
        prefix = FrozenPrefix(anatomy, frozen_depth(anatomy), store)
        policy = Policy(model, prefix)
        for _ in range(2):
            cached = policy.loss(batch, batch.total_weight)
            cached.backward()
            found = gradients(model)
            assert cached.item() == loss.item()
            assert all(torch.equal(found[key], expected[key]) for key in expected)
        assert (prefix.computed, store.hits) == (1, 1)
        store.close()
        assert not (tmp_path / "cache").exists()


def test_micro_batches_add_up_to_one_batch():
    model = lora_model("llama")
    corpus = random_corpus(LENGTHS)
    policy = Policy(model)
    whole = collate(corpus, range(len(corpus)), CPU)
    loss = policy.loss(whole, whole.total_weight)
    loss.backward()
    expected = gradients(model)
    parts = [collate(corpus, group, CPU) for group in ([0, 3], [2], [1, 4])]
    total = sum(part.total_weight for part in parts)
    sum_of_losses = 0.0
    for part in parts:
        piece = policy.loss(part, total)
        piece.backward()
        sum_of_losses += piece.item()
    assert abs(sum_of_losses - loss.item()) < 1e-5
    assert relative_difference(gradients(model), expected) < 1e-4


def test_gradient_checkpointing_gives_the_same_gradients():
    model = lora_model("llama", last_layers=3)
    policy = Policy(model)
    batch = collate(random_corpus(LENGTHS), range(len(LENGTHS)), CPU)
    policy.loss(batch, batch.total_weight).backward()
    expected = gradients(model)
    policy.set_gradient_checkpointing(True)
    policy.loss(batch, batch.total_weight).backward()
    assert relative_difference(gradients(model), expected) < 1e-6


def test_weights_scale_the_loss_of_their_tokens():
    policy = Policy(lora_model("llama"))
    corpus = random_corpus(LENGTHS)
    batch = collate(corpus, range(len(corpus)), CPU)
    with torch.no_grad():
        once = policy.loss(batch, 1.0).item()
        batch.weights = batch.weights * 2.5
        assert policy.loss(batch, 1.0).item() == pytest.approx(2.5 * once, rel=1e-5)
