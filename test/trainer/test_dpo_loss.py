"""The loss of preference optimisation: by hand, as TRL computes it, and of packed pairs."""

import json
import math
import pathlib

import pytest
import torch

from support.dpo_batch import LIMITS, score_case
from support.models import lora_model, tokenizer
from support.runs import make_run, preferences
from training_camp.config import DpoConfig
from training_camp.corpus import collate, read_pairs
from training_camp.data import Encoder
from training_camp.dpo import FIGURES, score_pairs
from training_camp.policy import Policy


def test_the_loss_equals_a_calculation_by_hand():
    # Two pairs with 2 and 3, then 1 and 2 trained tokens.
    found = torch.tensor([-1.0, -2.0, -4.0, -1.0, -1.0, -0.5, -3.0, -2.0])
    reference = torch.tensor([-1.5, -2.5, -3.0, -1.0, -1.0, -0.25, -2.0, -2.0])
    config = DpoConfig(beta=0.5, label_smoothing=0.1, sft_weight=2.0)
    losses, figures = score_pairs(found, reference, torch.tensor([2, 3, 1, 2]), config)
    # 0.5 * ((-3 + 4) - (-6 + 5)) = 1 and 0.5 * ((-0.5 + 0.25) - (-5 + 4)) = 0.375
    expected = []
    for margin, nll in ((1.0, 3 / 2), (0.375, 0.5)):
        preferred, other = (math.log(1 / (1 + math.exp(-sign * margin))) for sign in (1, -1))
        expected.append(-0.9 * preferred - 0.1 * other + 2 * nll)
    assert losses.tolist() == pytest.approx(expected, rel=1e-6)
    named = dict(zip(FIGURES, figures.T.tolist()[0], strict=True))
    assert named["reward_margin"] == pytest.approx(1.0)
    assert named["chosen_log_prob"] == -3.0
    assert named["rejected_log_prob_per_token"] == -2.0
    assert named["chosen_change_per_token"] == pytest.approx(0.5)
    assert (named["reward_accuracy"], named["raw_preference"]) == (1.0, 1.0)
    assert named["kl_estimate"] == pytest.approx(0.5 * (0.25 + 0.25 + 1.0) / 5)


def losses_of(found, smoothing, sft_weight):
    reference = torch.tensor([-1.0, -1.0, -2.0])
    config = DpoConfig(beta=1.0, label_smoothing=smoothing, sft_weight=sft_weight)
    return score_pairs(found, reference, torch.tensor([1, 2]), config)[0]


def test_smoothing_takes_its_share_of_the_loss_of_the_pair_the_other_way_round():
    # A margin of (-0.5 + 1) - (-5 + 3) = 2.5, and no other term.
    found = torch.tensor([-0.5, -2.0, -3.0], requires_grad=True)
    right, wrong = math.log(1 + math.exp(-2.5)), math.log(1 + math.exp(2.5))
    losses = losses_of(found, 0.25, 0.0)
    assert losses.tolist() == pytest.approx([0.75 * right + 0.25 * wrong])
    losses.sum().backward()
    # By the margin the derivative is sigmoid(margin) - (1 - smoothing): it turns where the margin is as sure as labels.
    slope = 1 / (1 + math.exp(-2.5)) - 0.75
    assert found.grad.tolist() == pytest.approx([slope, -slope, -slope])
    at_the_labels = torch.tensor([-1.0 + math.log(0.75 / 0.25), -1.0, -2.0], requires_grad=True)
    losses_of(at_the_labels, 0.25, 0.0).sum().backward()
    assert at_the_labels.grad.tolist() == pytest.approx([0.0] * 3, abs=1e-6)


def test_the_chosen_answers_own_loss_is_its_mean_per_token_and_leaves_the_rejected_one_alone():
    found = torch.tensor([-0.5, -2.0, -3.0])
    assert (losses_of(found, 0.0, 3.0) - losses_of(found, 0.0, 0.0)).tolist() == pytest.approx([3 * 0.5])
    both = torch.tensor([-2.0, -3.0, -0.5], requires_grad=True)
    config = DpoConfig(beta=1.0, label_smoothing=0.0, sft_weight=3.0)
    reference = both.detach().clone()
    score_pairs(both, reference, torch.tensor([2, 1]), config)[0].sum().backward()
    # At a margin of 0 the preference pulls by a half; 3 over two tokens come on top of the chosen one alone.
    assert both.grad.tolist() == pytest.approx([-0.5 - 1.5, -0.5 - 1.5, 0.5])


def test_an_untrained_policy_has_no_margin_and_the_loss_of_a_coin():
    values = -torch.rand(12)
    losses, figures = score_pairs(values, values, torch.tensor([3, 4, 2, 3]), DpoConfig(0.1, 0.0, 0.0))
    assert losses.tolist() == pytest.approx([math.log(2)] * 2)
    assert dict(zip(FIGURES, figures.sum(1).tolist(), strict=True))["reward_accuracy"] == 0


def test_loss_figures_and_gradient_equal_trls_on_the_same_batch():
    """The file is what TRL's DPOTrainer answered: `npm run bench -- dpo_trl --update` asks it again."""
    golden = json.loads((pathlib.Path(__file__).parent / "golden" / "dpo_trl.json").read_text())
    for case in golden["cases"]:
        found = score_case(case)
        assert {name: abs(found[name] - case[name]) <= limit for name, limit in LIMITS.items()} == dict.fromkeys(
            LIMITS, True
        )


@pytest.mark.parametrize("layers", [None, 3])
def test_packed_pairs_score_as_each_side_alone(layers, tiny_model, tmp_path):
    folder = make_run(tmp_path / "run_pairs", tiny_model, data=list(preferences(6)), validation=0)
    corpus = read_pairs(folder / "rows.jsonl", folder / "data" / "train.idx", Encoder(tokenizer(), max_length=256))
    policy = Policy(lora_model("llama", last_layers=layers))
    batch = collate(corpus, [4, 0, 3], torch.device("cpu"))
    packed = (-policy.token_losses(batch)).split(batch.target_counts)
    for document, found in zip(corpus.documents([4, 0, 3]), packed, strict=True):
        ids = torch.tensor(corpus.ids[corpus.starts[document] : corpus.starts[document + 1]].astype("int64"))
        weights = torch.tensor(corpus.weights[corpus.starts[document] : corpus.starts[document + 1]])
        alone = lora_model("llama", last_layers=layers)
        alone.get_base_model().set_attn_implementation("eager")
        logits = alone(input_ids=ids[None]).logits[0].log_softmax(-1)
        expected = logits[:-1].gather(1, ids[1:, None])[:, 0][weights[1:] > 0]
        assert torch.allclose(found, expected, atol=1e-4)
