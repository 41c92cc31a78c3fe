"""A PEFT adapter becomes a GGUF adapter that computes the same, or is refused."""

import json

import gguf
import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from safetensors.torch import save_file as save_tensors

from training_camp.gguf_export import export_adapter
from training_camp.gguf_names import permute
from training_camp.refusal import Refusal

HEADS, KEY_HEADS, HEAD_SIZE, RANK, HIDDEN = 4, 2, 8, 4, 32
ROWS = {"self_attn.q_proj": HEADS * HEAD_SIZE, "self_attn.k_proj": KEY_HEADS * HEAD_SIZE, "mlp.down_proj": HIDDEN}
NAMES = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "mlp.down_proj": "ffn_down"}


def adapter(folder, **settings):
    folder.mkdir()
    random = np.random.default_rng(0)
    tensors = {}
    for layer in range(2):
        for module, rows in ROWS.items():
            name = f"base_model.model.model.layers.{layer}.{module}"
            tensors[f"{name}.lora_A.weight"] = random.normal(size=(RANK, HIDDEN)).astype(np.float32)
            tensors[f"{name}.lora_B.weight"] = random.normal(size=(rows, RANK)).astype(np.float32)
    save_file(tensors, folder / "adapter_model.safetensors")
    config = {"peft_type": "LORA", "lora_alpha": 8, "r": RANK, "bias": "none", **settings}
    (folder / "adapter_config.json").write_text(json.dumps(config))
    return folder


def base(path, model_type="llama"):
    shape = {"num_attention_heads": HEADS, "num_key_value_heads": KEY_HEADS}
    path.write_text(json.dumps({"model_type": model_type, **shape}))
    return path


def exported(tmp_path, model_type="llama", **settings):
    folder = adapter(tmp_path / "adapter", **settings)
    count = export_adapter(folder, base(tmp_path / "config.json", model_type), tmp_path / "a.gguf")
    reader = gguf.GGUFReader(tmp_path / "a.gguf")
    assert count == len(reader.tensors) == 12
    return load_file(folder / "adapter_model.safetensors"), reader, {t.name: t.data for t in reader.tensors}


@pytest.mark.parametrize(
    ("model_type", "moves"), [("llama", True), ("mistral", True), ("qwen3", False), ("gemma2", False)]
)
def test_rows_of_queries_and_keys_move_where_llama_cpp_keeps_pairs_together(tmp_path, model_type, moves):
    peft, _, tensors = exported(tmp_path, model_type)
    for module, heads in (("self_attn.q_proj", HEADS), ("self_attn.k_proj", KEY_HEADS), ("mlp.down_proj", None)):
        name = f"base_model.model.model.layers.1.{module}"
        given = peft[f"{name}.lora_B.weight"]
        expected = permute(given, heads) if moves and heads else given
        assert np.array_equal(tensors[f"blk.1.{NAMES[module]}.weight.lora_b"], expected)
        assert np.array_equal(tensors[f"blk.1.{NAMES[module]}.weight.lora_a"], peft[f"{name}.lora_A.weight"])


def test_the_product_of_the_factors_is_the_permuted_product(tmp_path):
    peft, _, tensors = exported(tmp_path)
    name = "base_model.model.model.layers.0.self_attn.q_proj"
    delta = peft[f"{name}.lora_B.weight"] @ peft[f"{name}.lora_A.weight"]
    found = tensors["blk.0.attn_q.weight.lora_b"] @ tensors["blk.0.attn_q.weight.lora_a"]
    assert np.allclose(found, permute(delta, HEADS), atol=1e-5)


def test_metadata_says_what_it_is(tmp_path):
    _, reader, _ = exported(tmp_path)
    said = {key: reader.fields[key].contents() for key in ("general.architecture", "general.type", "adapter.type")}
    assert said == {"general.architecture": "llama", "general.type": "adapter", "adapter.type": "lora"}
    assert reader.fields["adapter.lora.alpha"].contents() == 8


@pytest.mark.parametrize(
    ("settings", "factor"),
    [({"use_rslora": True}, 2.0), ({"alpha_pattern": {"down_proj": 16}}, 2.0)],
    ids=["rslora", "alpha"],
)
def test_another_scale_is_folded_into_the_factors(tmp_path, settings, factor):
    peft, _, tensors = exported(tmp_path, "qwen2", **settings)
    given = peft["base_model.model.model.layers.0.mlp.down_proj.lora_B.weight"]
    assert np.allclose(tensors["blk.0.ffn_down.weight.lora_b"], given * factor)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"use_dora": True}, "gguf_adapter_unsupported"),
        ({"bias": "all"}, "gguf_adapter_unsupported"),
        ({"modules_to_save": ["lm_head"]}, "gguf_adapter_unsupported"),
        ({"peft_type": "IA3"}, "gguf_adapter_unsupported"),
    ],
)
def test_what_the_format_cannot_carry_is_refused(tmp_path, settings, code):
    with pytest.raises(Refusal) as caught:
        exported(tmp_path, **settings)
    assert caught.value.code == code
    assert not (tmp_path / "a.gguf").exists()


def test_an_unknown_architecture_is_refused(tmp_path):
    with pytest.raises(Refusal) as caught:
        exported(tmp_path, "mamba")
    assert caught.value.code == "gguf_architecture_unsupported"


def test_a_tensor_without_a_place_is_refused(tmp_path):
    folder = adapter(tmp_path / "adapter")
    tensors = load_file(folder / "adapter_model.safetensors")
    tensors["base_model.model.lm_head.lora_A.weight"] = np.zeros((RANK, HIDDEN), np.float32)
    save_file(tensors, folder / "adapter_model.safetensors")
    with pytest.raises(Refusal) as caught:
        export_adapter(folder, base(tmp_path / "config.json"), tmp_path / "a.gguf")
    assert caught.value.code == "gguf_module_unsupported"


def test_the_same_adapter_gives_the_same_bytes(tmp_path):
    folder = adapter(tmp_path / "adapter")
    for name in ("a.gguf", "b.gguf"):
        export_adapter(folder, base(tmp_path / "config.json"), tmp_path / name)
    assert (tmp_path / "a.gguf").read_bytes() == (tmp_path / "b.gguf").read_bytes()


def test_values_in_half_precision_are_carried(tmp_path):
    folder = adapter(tmp_path / "adapter")
    path = folder / "adapter_model.safetensors"
    halves = {name: torch.from_numpy(values).bfloat16() for name, values in load_file(path).items()}
    save_tensors(halves, path)
    export_adapter(folder, base(tmp_path / "config.json"), tmp_path / "a.gguf")
    tensors = {t.name: t.data for t in gguf.GGUFReader(tmp_path / "a.gguf").tensors}
    expected = halves["base_model.model.model.layers.0.mlp.down_proj.lora_A.weight"].float().numpy()
    assert np.array_equal(tensors["blk.0.ffn_down.weight.lora_a"], expected)
