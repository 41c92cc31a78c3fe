"""A base model that packed rows would change is refused, whatever it is called."""

import pytest
import torch
import transformers

from support.models import ARCHITECTURES, SHAPE, model_of, random_model
from support.runs import events, finish, make_run
from training_camp.architecture import check_architecture
from training_camp.errors import TrainerError

SMALL = {**SHAPE, "num_hidden_layers": 2}
PLAIN = {key: value for key, value in SMALL.items() if key != "num_key_value_heads"}
GPT2 = {"vocab_size": 300, "n_embd": 64, "n_layer": 2, "n_head": 4, "bos_token_id": 0, "eos_token_id": 1}


def accepted():
    t = transformers
    return [t.Phi3Config(**SMALL), t.PhiConfig(**SMALL), t.GPTNeoXConfig(**PLAIN), t.Qwen3MoeConfig(**SMALL)]


def refused():
    t = transformers
    embedding = {"word_embed_proj_dim": 64, "ffn_dim": 128}
    return [
        (t.GPT2Config(**GPT2), "no decoder layers"),
        (t.FalconConfig(**PLAIN), "no decoder layers"),
        (t.StableLmConfig(**SMALL), "does not hand the segments"),
        (t.OPTConfig(**PLAIN, **embedding), "see the one before it"),
        (t.MambaConfig(vocab_size=300, hidden_size=64, num_hidden_layers=2), "see the one before it"),
        (
            t.GptOssConfig(**SMALL, head_dim=16, num_local_experts=2, num_experts_per_tok=1),
            "something else in a packed",
        ),
    ]


def name_of(value):
    return value.model_type if isinstance(value, transformers.PretrainedConfig) else ""


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_architectures_that_are_claimed_are_accepted_and_left_as_they_were(name):
    model = random_model(name)
    check_architecture(model)
    assert model.config._attn_implementation == "eager"


@pytest.mark.parametrize("config", accepted(), ids=name_of)
def test_others_are_accepted_where_they_compute_the_same(config):
    check_architecture(model_of(config))


def test_half_precision_is_no_reason_to_refuse():
    check_architecture(random_model("gemma2").to(torch.bfloat16))


@pytest.mark.parametrize(("config", "why"), refused(), ids=name_of)
def test_what_packed_rows_would_change_is_refused_with_the_reason(config, why):
    with pytest.raises(TrainerError, match=why) as refusal:
        check_architecture(model_of(config))
    assert (refusal.value.reason, "Llama-" in (refusal.value.hint or "")) == ("model", True)


def test_a_run_on_such_a_model_fails_before_its_first_step(tiny_model, tmp_path):
    folder = tmp_path / "opt"
    model_of(transformers.OPTConfig(**PLAIN, word_embed_proj_dim=64, ffn_dim=128)).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        (folder / name).write_bytes((tiny_model / name).read_bytes())
    run = make_run(tmp_path / "run_opt", folder)
    assert finish(run) == 1
    [error] = events(run, "error")
    assert (error["reason"], error["transient"]) == ("model", False)
    assert "OPTForCausalLM" in error["message"]
    assert events(run, "step") == []
