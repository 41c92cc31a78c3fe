"""What is computed in fewer passes, and that trying it out leaves no trace."""

import pytest
import torch

from support.models import lora_model
from training_camp.attention import Segments
from training_camp.fused import fuse


def replaced(model):
    layer = model.get_base_model().model.layers[0]
    parts = {"attention": layer.self_attn, "block": layer.mlp, "norm": layer.input_layernorm}
    return {name for name, module in parts.items() if "forward" in vars(module)}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("llama", {"attention", "block", "norm"}),
        ("qwen3", {"attention", "block", "norm"}),
        # Its activation is no SiLU.
        ("gemma2", {"attention", "norm"}),
    ],
)
def test_only_what_the_trial_confirms_is_replaced(name, expected):
    model = lora_model(name)
    fuse(model)
    assert replaced(model) == expected


def test_the_trial_changes_no_weight():
    model = lora_model("llama")
    before = {name: parameter.clone() for name, parameter in model.named_parameters()}
    fuse(model)
    assert all(torch.equal(parameter, before[name]) for name, parameter in model.named_parameters())


def test_a_switched_off_adapter_is_off():
    model = lora_model("llama")
    ids = torch.arange(20)[None]
    segments = {"position_ids": ids, "segments": Segments([20], ids.device)}
    with torch.no_grad(), model.disable_adapter():
        expected = model.get_base_model().model(input_ids=ids, **segments).last_hidden_state
    fuse(model)
    with torch.no_grad():
        active = model.get_base_model().model(input_ids=ids, **segments).last_hidden_state
        with model.disable_adapter():
            found = model.get_base_model().model(input_ids=ids, **segments).last_hidden_state
    assert torch.allclose(found, expected, atol=1e-5)
    assert not torch.allclose(active, expected, atol=1e-3)
