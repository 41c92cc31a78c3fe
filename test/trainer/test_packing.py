"""Where documents go."""

import random

import pytest

from training_camp.packing import epoch_order, pack, plan_steps


def lengths_like_chats(count, seed=0):
    generator = random.Random(seed)
    return [max(8, min(512, round(generator.lognormvariate(4.6, 0.8)))) for _ in range(count)]


def test_rows_are_at_least_99_percent_full():
    lengths = lengths_like_chats(3000)
    plan = plan_steps(lengths, tokens_per_step=1024, micro_batch_tokens=1024, seed=0, packing=True)
    assert plan.efficiency >= 0.99


@pytest.mark.parametrize("micro_batch_tokens", [1024, 512, 300])
@pytest.mark.parametrize("packing", [True, False])
def test_every_document_is_in_exactly_one_micro_batch(micro_batch_tokens, packing):
    lengths = lengths_like_chats(400)
    plan = plan_steps(lengths, tokens_per_step=1024, micro_batch_tokens=micro_batch_tokens, seed=5, packing=packing)
    members = [document for step in plan.steps for group in step for document in group]
    assert sorted(members) == list(range(400))
    for step in plan.steps:
        assert sum(lengths[document] for group in step for document in group) <= 1024
        for group in step:
            assert len(group) == 1 or sum(lengths[document] for document in group) <= micro_batch_tokens


def test_a_smaller_micro_batch_leaves_the_documents_of_each_step():
    lengths = lengths_like_chats(400)
    plans = [
        plan_steps(lengths, tokens_per_step=2048, micro_batch_tokens=size, seed=1, packing=True) for size in (2048, 512)
    ]
    whole, halved = ([sorted(d for group in step for d in group) for step in plan.steps] for plan in plans)
    assert whole == halved
    assert sum(map(len, plans[1].steps)) > sum(map(len, plans[0].steps))


def test_a_document_longer_than_the_capacity_gets_a_bin_of_its_own():
    assert sorted(pack([5, 30, 5], 10, range(3))) == [[0, 2], [1]]


def test_the_order_follows_the_seed():
    assert epoch_order(50, 1, 0) == epoch_order(50, 1, 0)
    assert epoch_order(50, 1, 0) != epoch_order(50, 2, 0)
    assert epoch_order(50, 1, 0) != epoch_order(50, 1, 1)
