"""The built-in model's GGUF file becomes a folder for training and an F16 file for inference, exactly."""

import hashlib
import json
import os
from pathlib import Path

import gguf
import numpy as np
import pytest
from safetensors.numpy import load_file

from training_camp.gguf_import import import_gguf
from training_camp.gguf_names import permute
from training_camp.gguf_write import LazyTensor, float32_entry, string_entry, uint32_entry, write_gguf
from training_camp.model_safety import check_model_folder
from training_camp.refusal import Refusal

HIDDEN, HEADS, KEY_HEADS, LAYERS, INNER = 32, 4, 2, 2, 64
TEMPLATE = "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"


def source(path, *, architecture="llama", pre="smollm"):
    """A file as llama.cpp's converter writes one: rows of q and k permuted, head tied to the embeddings."""
    letters = sorted({chr(c) for c in range(33, 127)} | {"Ġ", "Ċ"})
    tokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *letters, "Ġa", "1a", "in"]
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_block_count(LAYERS)
    writer.add_context_length(256)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(100000.0)
    writer.add_file_type(3)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    writer.add_token_types([3, 3, 3] + [1] * (len(tokens) - 3))
    writer.add_token_merges(["Ġ a", "1 a", "i n"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_pad_token_id(2)
    writer.add_chat_template(TEMPLATE)
    random = np.random.default_rng(0)
    plain = {}

    def add(name, ours, rows, columns=None, heads=None):
        values = random.normal(size=(rows, columns) if columns else (rows,)).astype(np.float32)
        kind = gguf.GGMLQuantizationType.Q4_1 if columns else gguf.GGMLQuantizationType.F32
        raw = gguf.quants.quantize(values, kind)
        plain[ours] = gguf.quants.dequantize(raw, kind)
        if heads:
            raw = gguf.quants.quantize(permute(plain[ours], heads), kind)
            # Quantised rows stand alone, so that permuting before and after is the same.
            assert np.array_equal(gguf.quants.dequantize(raw, kind), permute(plain[ours], heads))
        writer.add_tensor(name, raw, raw_dtype=kind)

    add("token_embd.weight", "model.embed_tokens.weight", len(tokens), HIDDEN)
    add("output_norm.weight", "model.norm.weight", HIDDEN)
    for layer in range(LAYERS):
        block, ours = f"blk.{layer}", f"model.layers.{layer}"
        add(f"{block}.attn_norm.weight", f"{ours}.input_layernorm.weight", HIDDEN)
        add(f"{block}.ffn_norm.weight", f"{ours}.post_attention_layernorm.weight", HIDDEN)
        add(f"{block}.attn_q.weight", f"{ours}.self_attn.q_proj.weight", HIDDEN, HIDDEN, HEADS)
        add(f"{block}.attn_k.weight", f"{ours}.self_attn.k_proj.weight", HIDDEN // 2, HIDDEN, KEY_HEADS)
        add(f"{block}.attn_v.weight", f"{ours}.self_attn.v_proj.weight", HIDDEN // 2, HIDDEN)
        add(f"{block}.attn_output.weight", f"{ours}.self_attn.o_proj.weight", HIDDEN, HIDDEN)
        add(f"{block}.ffn_gate.weight", f"{ours}.mlp.gate_proj.weight", INNER, HIDDEN)
        add(f"{block}.ffn_up.weight", f"{ours}.mlp.up_proj.weight", INNER, HIDDEN)
        add(f"{block}.ffn_down.weight", f"{ours}.mlp.down_proj.weight", HIDDEN, INNER)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return plain


def test_weights_arrive_as_transformers_wants_them(tmp_path):
    plain = source(tmp_path / "m.gguf")
    result = import_gguf(tmp_path / "m.gguf", tmp_path / "hf", tmp_path / "f16.gguf")
    found = load_file(tmp_path / "hf" / "model.safetensors")
    assert set(found) == set(plain)
    assert result["tensors"] == len(plain)
    assert all(np.allclose(found[name], plain[name], atol=1e-6) for name in plain)
    check_model_folder(tmp_path / "hf")


def test_the_folder_loads_and_its_tokenizer_splits_digits_and_spaces(tmp_path):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    source(tmp_path / "m.gguf")
    import_gguf(tmp_path / "m.gguf", tmp_path / "hf", None)
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "hf")
    assert model.config.rope_parameters["rope_theta"] == 100000.0
    assert model.lm_head.weight.data_ptr() == model.model.embed_tokens.weight.data_ptr()
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "hf")
    assert tokenizer.tokenize("in 12a a") == ["in", "Ġ", "1", "2", "a", "Ġa"]
    assert tokenizer.chat_template == TEMPLATE
    assert (tokenizer.bos_token_id, tokenizer.eos_token_id) == (1, 2)


def test_the_file_for_inference_holds_the_same_weights_in_f16(tmp_path):
    source(tmp_path / "m.gguf")
    import_gguf(tmp_path / "m.gguf", tmp_path / "hf", tmp_path / "f16.gguf")
    before, after = gguf.GGUFReader(tmp_path / "m.gguf"), gguf.GGUFReader(tmp_path / "f16.gguf")
    assert after.fields["general.file_type"].contents() == 1
    assert after.fields["tokenizer.chat_template"].contents() == TEMPLATE
    assert [t.name for t in after.tensors] == [t.name for t in before.tensors]
    for old, new in zip(before.tensors, after.tensors, strict=True):
        values = gguf.quants.dequantize(old.data, old.tensor_type)
        assert new.tensor_type.name == ("F32" if values.ndim == 1 else "F16")
        assert np.array_equal(new.data, values.astype(new.data.dtype))


def test_the_same_file_gives_the_same_bytes_and_replaces_the_old_ones(tmp_path):
    source(tmp_path / "m.gguf")
    hashes = []
    for _ in range(2):
        import_gguf(tmp_path / "m.gguf", tmp_path / "hf", tmp_path / "f16.gguf")
        files = [*sorted((tmp_path / "hf").iterdir()), tmp_path / "f16.gguf"]
        hashes.append({file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files})
    assert hashes[0] == hashes[1]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["f16.gguf", "hf", "m.gguf"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"architecture": "mamba"}, "gguf_unsupported"), ({"pre": "qwen2"}, "gguf_tokenizer_unsupported")],
)
def test_what_cannot_be_converted_exactly_is_refused_and_leaves_nothing(tmp_path, changes, code):
    source(tmp_path / "m.gguf", **changes)
    with pytest.raises(Refusal) as caught:
        import_gguf(tmp_path / "m.gguf", tmp_path / "hf", tmp_path / "f16.gguf")
    assert caught.value.code == code
    assert [p.name for p in tmp_path.iterdir()] == ["m.gguf"]


def test_a_file_without_its_shape_is_refused(tmp_path):
    metadata = [
        string_entry("general.architecture", "llama"),
        uint32_entry("llama.block_count", 1),
        float32_entry("llama.rope.freq_base", 1.0),
    ]
    write_gguf(tmp_path / "m.gguf", metadata, [LazyTensor("x", (1,), np.float32, lambda: np.zeros(1))], lambda: None)
    with pytest.raises(Refusal):
        import_gguf(tmp_path / "m.gguf", tmp_path / "hf", None)


HOME = os.environ.get("TRAINING_CAMP_HOME")
BUILT_IN = Path(HOME, "models", "smollm2-135m-instruct") if HOME else None


@pytest.mark.skipif(
    BUILT_IN is None or not (BUILT_IN / "hf" / "config.json").is_file(),
    reason="the built-in model is not in TRAINING_CAMP_HOME",
)
def test_the_built_in_model_is_encoded_as_its_template_says():
    from transformers import AutoTokenizer

    from training_camp.data import Encoder

    assert BUILT_IN is not None
    tokenizer = AutoTokenizer.from_pretrained(BUILT_IN / "hf")
    made = Encoder(tokenizer, max_length=512)
    messages = [{"role": "user", "content": "In 2024, 12 of 100  spaces"}, {"role": "assistant", "content": '{"a": 1}'}]
    encoded = made.encode(0, {"kind": "chat", "messages": messages})
    assert encoded.ids == tokenizer.apply_chat_template(messages, tokenize=True, return_dict=False)
    assert [made.decode(encoded.ids[a:b], skip_special=False) for a, b in encoded.spans] == ['{"a": 1}<|im_end|>']
    assert json.loads((BUILT_IN / "hf" / "config.json").read_text())["vocab_size"] == len(tokenizer)
