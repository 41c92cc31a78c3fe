"""A BERT folder made for embeddings as an F16 GGUF file for llama.cpp, pooling included."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import safe_open

from .gguf_import import MOSTLY_F16
from .gguf_write import (
    LazyTensor,
    bool_entry,
    float32_entry,
    int32s_entry,
    string_entry,
    strings_entry,
    uint32_entry,
    write_gguf,
)
from .model_safety import check_model_folder
from .oneshot import Emit, Request, run_request
from .refusal import Refusal

MEAN_POOLING = 1
_NORMAL, _UNKNOWN, _CONTROL = 1, 2, 3
_WORD, _PIECE = "▁", "##"
# llama.cpp takes these places for granted where a file of this kind of vocabulary does not name them.
_SPECIAL = {
    "bos": "[CLS]", "eos": "[SEP]", "unknown": "[UNK]", "seperator": "[SEP]", "padding": "[PAD]", "mask": "[MASK]",
}  # fmt: skip

_TOP = {
    "embeddings.word_embeddings": "token_embd",
    "embeddings.position_embeddings": "position_embd",
    "embeddings.token_type_embeddings": "token_types",
    "embeddings.LayerNorm": "token_embd_norm",
}
_LAYER = {
    "attention.self.query": "attn_q",
    "attention.self.key": "attn_k",
    "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up",
    "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
}
_NAME = re.compile(r"encoder\.layer\.(\d+)\.([\w.]+)\.(weight|bias)")
# The pooler serves next-sentence prediction: a mean of the states does without. Positions are counted.
_UNUSED = re.compile(r"pooler\.dense\.(weight|bias)|embeddings\.position_ids")


def main(request: bytes) -> int:
    """The command `import-embedding`."""
    return run_request(request, _answer)


def _answer(request: Request, emit: Emit) -> dict[str, Any]:
    """{source, ggufOutput, name, license} → {tensors, seconds}. `source` has sentence-transformers' layout."""
    start = time.monotonic()
    source, output = Path(request["source"]), Path(request["ggufOutput"])
    tensors = import_embedding(source, output, name=request["name"], license_name=request["license"])
    emit({"kind": "progress", "phase": "weights", "done": tensors, "total": tensors, "fraction": 1.0})
    return {"tensors": tensors, "seconds": time.monotonic() - start}


def import_embedding(source: Path, output: Path, *, name: str, license_name: str) -> int:
    """Writes `output` atomically and answers the number of tensors; the same source gives the same bytes.

    Raises Refusal for what llama.cpp would compute otherwise than the model's own library.
    """
    check_model_folder(source)
    config = _config(source)
    metadata = [
        string_entry("general.architecture", "bert"),
        string_entry("general.name", name),
        string_entry("general.license", license_name),
        uint32_entry("general.file_type", MOSTLY_F16),
        *_shape_entries(config),
        *_tokenizer_entries(source, config["vocab_size"]),
    ]
    with safe_open(source / "model.safetensors", framework="numpy") as file:
        keys: list[str] = sorted(file.keys())
        tensors = [_tensor(file, key) for key in keys if not _UNUSED.fullmatch(key)]
        expected = len(_TOP) + 1 + config["num_hidden_layers"] * len(_LAYER) * 2
        if len(tensors) != expected:
            raise _unsupported(f"it has {len(tensors)} tensors where {expected} are expected")
        write_gguf(output, metadata, tensors, lambda: None)
    return len(tensors)


def _config(source: Path) -> dict[str, Any]:
    config = _read_json(source / "config.json")
    wanted = {"architectures": ["BertModel"], "hidden_act": "gelu"}
    for key, value in wanted.items():
        if config.get(key) != value:
            raise _unsupported(f"{key} is {config.get(key)!r}")
    if config.get("position_embedding_type", "absolute") != "absolute":
        raise _unsupported("its positions are not absolute")
    pooling = _read_json(source / "1_Pooling" / "config.json")
    modes = {key for key, value in pooling.items() if key.startswith("pooling_mode_") and value}
    if modes != {"pooling_mode_mean_tokens"}:
        raise _unsupported(f"it pools by {', '.join(sorted(modes)) or 'nothing'}")
    return config


def _shape_entries(config: dict[str, Any]) -> list[bytes]:
    return [
        uint32_entry("bert.block_count", config["num_hidden_layers"]),
        uint32_entry("bert.context_length", config["max_position_embeddings"]),
        uint32_entry("bert.embedding_length", config["hidden_size"]),
        uint32_entry("bert.feed_forward_length", config["intermediate_size"]),
        uint32_entry("bert.attention.head_count", config["num_attention_heads"]),
        float32_entry("bert.attention.layer_norm_epsilon", config["layer_norm_eps"]),
        bool_entry("bert.attention.causal", False),
        uint32_entry("bert.pooling_type", MEAN_POOLING),
    ]


def _tokenizer_entries(source: Path, size: int) -> list[bytes]:
    """WordPiece with words marked at their beginning, where BERT marks the pieces that go on."""
    tokenizer = _read_json(source / "tokenizer.json")
    model, normalizer = tokenizer["model"], tokenizer["normalizer"]
    if model["type"] != "WordPiece" or model["continuing_subword_prefix"] != _PIECE:
        raise _unsupported("its tokenizer is not BERT's WordPiece")
    if normalizer["type"] != "BertNormalizer" or not normalizer["lowercase"] or normalizer["strip_accents"] is False:
        raise _unsupported("its tokenizer keeps capitals or accents")
    vocabulary: dict[str, int] = model["vocab"]
    pieces = sorted(vocabulary, key=vocabulary.__getitem__)
    if len(pieces) != size or [vocabulary[piece] for piece in pieces] != list(range(size)):
        raise _unsupported("its vocabulary has gaps")
    special: dict[int, str] = {token["id"]: token["content"] for token in tokenizer["added_tokens"]}
    texts = [piece if number in special else _marked(piece) for number, piece in enumerate(pieces)]
    types = [_CONTROL if number in special else _NORMAL for number in range(size)]
    types[vocabulary[_SPECIAL["unknown"]]] = _UNKNOWN
    return [
        string_entry("tokenizer.ggml.model", "bert"),
        string_entry("tokenizer.ggml.pre", "default"),
        uint32_entry("tokenizer.ggml.token_type_count", _read_json(source / "config.json")["type_vocab_size"]),
        strings_entry("tokenizer.ggml.tokens", texts),
        int32s_entry("tokenizer.ggml.token_type", types),
        *(uint32_entry(f"tokenizer.ggml.{key}_token_id", vocabulary[text]) for key, text in _SPECIAL.items()),
    ]


def _marked(piece: str) -> str:
    return piece.removeprefix(_PIECE) if piece.startswith(_PIECE) else _WORD + piece


def _tensor(file: Any, key: str) -> LazyTensor:
    shape = tuple(file.get_slice(key).get_shape())
    name = _llama_name(key)
    # llama.cpp adds the first row of token_types as it is and wants vectors and these in F32.
    is_plain = len(shape) == 1 or name in ("token_types.weight", "position_embd.weight")
    return LazyTensor(name, shape, np.float32 if is_plain else np.float16, lambda: file.get_tensor(key))


def _llama_name(key: str) -> str:
    stem, _, kind = key.rpartition(".")
    if stem in _TOP:
        return f"{_TOP[stem]}.{kind}"
    layer = _NAME.fullmatch(key)
    if layer is None or layer.group(2) not in _LAYER:
        raise _unsupported(f"tensor {key!r}")
    return f"blk.{layer.group(1)}.{_LAYER[layer.group(2)]}.{kind}"


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refusal("embedding_damaged", f"{path.name} cannot be read: {error}", "Fetch the model again.") from error


def _unsupported(what: str) -> Refusal:
    hint = "Use a GGUF of the model that llama.cpp's own converter wrote."
    return Refusal("embedding_unsupported", f"The embedding model cannot be imported: {what}.", hint)
