"""The loss over a frozen head against torch's own."""

import pytest
import torch
import torch.nn.functional as F

from support.corpora import random_corpus
from support.models import lora_model
from training_camp import loss as loss_module
from training_camp.corpus import collate
from training_camp.loss import is_frozen_linear, token_losses
from training_camp.policy import Policy


def ordinary(hidden, head, targets, weights, total, softcap):
    logits = head(hidden)
    if softcap is not None:
        logits = torch.tanh(logits / softcap) * softcap
    return (F.cross_entropy(logits, targets, reduction="none") * weights).sum() / total


@pytest.mark.parametrize("softcap", [None, 2.0])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("rows", [1, 37])
def test_chunked_loss_and_gradient_equal_the_ordinary_ones(softcap, bias, rows, monkeypatch):
    # Chunks of 16 rows, so that the last one is not full.
    monkeypatch.setitem(loss_module.CHUNK_ELEMENTS, "cpu", 16 * 101)
    torch.manual_seed(0)
    head = torch.nn.Linear(24, 101, bias=bias).requires_grad_(False)
    hidden = torch.randn(rows, 24, requires_grad=True)
    targets, weights = torch.randint(0, 101, (rows,)), torch.rand(rows)
    expected = ordinary(hidden, head, targets, weights, 7.0, softcap)
    expected.backward()
    wanted, hidden.grad = hidden.grad, None
    found = (token_losses(hidden, head, targets, softcap) * weights).sum() / 7.0
    (3 * found).backward()
    assert found.item() == pytest.approx(expected.item(), rel=1e-5)
    assert torch.allclose(hidden.grad, 3 * wanted, atol=1e-6)


def test_the_loss_is_finite_where_a_token_is_all_but_impossible():
    head = torch.nn.Linear(2, 3, bias=False).requires_grad_(False)
    head.weight.copy_(torch.tensor([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0]]))
    hidden = torch.tensor([[500.0, 0.0]], requires_grad=True)
    found = token_losses(hidden, head, torch.tensor([1]), None).sum()
    found.backward()
    assert found.item() == pytest.approx(1000.0)
    assert torch.isfinite(hidden.grad).all()


def test_a_head_with_an_adapter_takes_the_ordinary_path():
    model = lora_model("llama", targets=["q_proj", "lm_head"])
    policy = Policy(model)
    assert not is_frozen_linear(policy.anatomy.head)
    batch = collate(random_corpus([30, 20]), [0, 1], torch.device("cpu"))
    policy.loss(batch, batch.total_weight).backward()
    trained = [name for name, parameter in model.named_parameters() if parameter.grad is not None]
    assert any("lm_head" in name for name in trained)
