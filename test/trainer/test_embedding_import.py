"""A sentence encoder's folder becomes a GGUF file with its weights, or is refused where llama.cpp would differ."""

import json

import gguf
import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from tokenizers import BertWordPieceTokenizer
from transformers import BertConfig, BertModel

from training_camp.embedding_import import import_embedding
from training_camp.refusal import Refusal

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "##a", "word", "##s", "é"]
LAYERS = 2


@pytest.fixture
def folder(tmp_path):
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(VOCABULARY), hidden_size=32, num_hidden_layers=LAYERS, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=16,
    )  # fmt: skip
    path = tmp_path / "hf"
    BertModel(config).save_pretrained(path)
    (tmp_path / "vocab.txt").write_text("\n".join(VOCABULARY), encoding="utf-8")
    BertWordPieceTokenizer(str(tmp_path / "vocab.txt")).save(str(path / "tokenizer.json"))
    (path / "1_Pooling").mkdir()
    change(path / "1_Pooling" / "config.json", pooling_mode_mean_tokens=True, pooling_mode_cls_token=False)
    return path


def change(path, **values):
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**before, **values}), encoding="utf-8")


def convert(folder):
    output = folder.parent / "model-f16.gguf"
    count = import_embedding(folder, output, name="tiny", license_name="apache-2.0")
    return output, count


def test_weights_are_the_same_with_matrices_in_f16(folder):
    output, count = convert(folder)
    reader = gguf.GGUFReader(output)
    found = {tensor.name: tensor.data for tensor in reader.tensors}
    ours = load_file(folder / "model.safetensors")
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.BERT, LAYERS)
    wanted = {
        f"{names.get_name(stem)}.{kind}": values
        for (stem, _, kind), values in ((key.rpartition("."), values) for key, values in ours.items())
        if not stem.startswith("pooler")
    }
    assert set(found) == set(wanted)
    assert count == len(wanted)
    for name, values in wanted.items():
        assert np.array_equal(found[name], values.astype(found[name].dtype)), name
    assert found["blk.0.attn_q.weight"].dtype == np.float16
    assert found["blk.0.attn_q.bias"].dtype == np.float32


def test_the_file_says_how_states_become_a_vector_and_text_becomes_tokens(folder):
    fields = gguf.GGUFReader(convert(folder)[0]).fields
    value = {key: field.contents() for key, field in fields.items()}
    assert value["general.license"] == "apache-2.0"
    assert value["bert.pooling_type"] == gguf.PoolingType.MEAN
    assert value["bert.attention.causal"] is False
    assert value["bert.attention.layer_norm_epsilon"] == pytest.approx(1e-12)
    assert value["tokenizer.ggml.model"] == "bert"
    assert value["tokenizer.ggml.tokens"] == [*VOCABULARY[:5], "▁a", "a", "▁word", "s", "▁é"]
    assert value["tokenizer.ggml.token_type"] == [3, 2, 3, 3, 3, 1, 1, 1, 1, 1]
    assert value["tokenizer.ggml.seperator_token_id"] == 3


def test_the_same_folder_gives_the_same_bytes(folder):
    first = convert(folder)[0].read_bytes()
    assert convert(folder)[0].read_bytes() == first


@pytest.mark.parametrize(
    ("file", "values", "said"),
    [
        ("config.json", {"hidden_act": "relu"}, "hidden_act"),
        ("config.json", {"architectures": ["RobertaModel"]}, "architectures"),
        ("config.json", {"position_embedding_type": "relative_key"}, "positions"),
        ("config.json", {"num_hidden_layers": 3}, "tensors"),
        ("config.json", {"vocab_size": 11}, "vocabulary"),
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True}, "pools by"),
        ("tokenizer.json", {"normalizer": {"type": "BertNormalizer", "lowercase": False}}, "capitals"),
        ("config.json", {"auto_map": {"AutoModel": "code.Model"}}, "code"),
    ],
)  # fmt: skip
def test_what_would_come_out_otherwise_is_refused(folder, file, values, said):
    change(folder / file, **values)
    with pytest.raises(Refusal) as refused:
        convert(folder)
    assert said in refused.value.message
    assert not (folder.parent / "model-f16.gguf").exists()
