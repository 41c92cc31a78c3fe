"""A GGUF model as a transformers folder for training and as an F16 GGUF file for inference."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .files import atomic_folder
from .gguf_names import NORMS, PROJECTIONS, unpermute
from .gguf_read import Floats, GgufFile
from .gguf_tokenizer import build_tokenizer, tokenizer_config
from .gguf_write import LazyTensor, uint32_entry, write_gguf, write_safetensors
from .oneshot import Emit, Request, run_request
from .refusal import Refusal

MOSTLY_F16 = 1
_BLOCK = re.compile(r"blk\.(\d+)\.(\w+)\.weight")
_TOP = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}

OnProgress = Callable[[int, int], None]


def main(request: bytes) -> int:
    """The command `import-gguf`."""
    return run_request(request, _answer)


def _answer(request: Request, emit: Emit) -> dict[str, Any]:
    """{source, output, ggufOutput?} → {output, ggufOutput, tensors, parameters, seconds}."""
    start = time.monotonic()
    gguf_output = request.get("ggufOutput")

    def progress(done: int, total: int) -> None:
        if done % 16 == 0 or done == total:
            emit({"kind": "progress", "phase": "weights", "done": done, "total": total, "fraction": done / total})

    source, output = Path(request["source"]), Path(request["output"])
    result = import_gguf(source, output, Path(gguf_output) if gguf_output else None, progress)
    return {**result, "seconds": time.monotonic() - start}


def import_gguf(
    source: Path, output: Path, gguf_output: Path | None, on_progress: OnProgress = lambda _done, _total: None
) -> dict[str, Any]:
    """Writes both atomically; the same source gives the same bytes. Answers the figures for the result line."""
    with GgufFile(source) as file:
        config = _config(file)
        tensors = _transformers_tensors(file, config)
        total = len(tensors) * (2 if gguf_output is not None else 1)
        done = 0

        def count() -> None:
            nonlocal done
            done += 1
            on_progress(done, total)

        with atomic_folder(output) as folder:
            build_tokenizer(file.metadata).save(str(folder / "tokenizer.json"))
            _write_json(folder / "tokenizer_config.json", tokenizer_config(file.metadata))
            _write_json(folder / "config.json", config)
            special = ("bos_token_id", "eos_token_id", "pad_token_id")
            _write_json(folder / "generation_config.json", {key: config[key] for key in special if key in config})
            write_safetensors(folder / "model.safetensors", tensors, count)
        if gguf_output is not None:
            write_gguf(gguf_output, _f16_metadata(file), _f16_tensors(file), count)
        parameters = sum(t.size_bytes // 4 for t in tensors)
        return {
            "output": str(output),
            "ggufOutput": None if gguf_output is None else str(gguf_output),
            "tensors": len(tensors),
            "parameters": parameters,
        }


def _config(file: GgufFile) -> dict[str, Any]:
    metadata = file.metadata
    architecture = metadata.get("general.architecture")
    if architecture != "llama":
        raise _unsupported(f"architecture {architecture!r}")
    if any(key.startswith("llama.rope.scaling.") or key == "llama.expert_count" for key in metadata):
        raise _unsupported("scaled rotary positions or experts")

    def value(key: str, fallback: Any = None) -> Any:
        found = metadata.get(f"llama.{key}", fallback)
        if found is None:
            raise Refusal("gguf_damaged", f"The GGUF file lacks llama.{key}.", "Fetch the file again.")
        return found

    if "tokenizer.ggml.tokens" not in metadata:
        raise Refusal("gguf_damaged", "The GGUF file has no vocabulary.", "Fetch the file again.")
    hidden, heads = value("embedding_length"), value("attention.head_count")
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": len(metadata["tokenizer.ggml.tokens"]),
        "hidden_size": hidden,
        "intermediate_size": value("feed_forward_length"),
        "num_hidden_layers": value("block_count"),
        "num_attention_heads": heads,
        "num_key_value_heads": value("attention.head_count_kv", heads),
        "head_dim": value("rope.dimension_count", hidden // heads),
        "max_position_embeddings": value("context_length"),
        # Stored as float32: the shortest decimal that means the same.
        "rms_norm_eps": float(str(np.float32(value("attention.layer_norm_rms_epsilon")))),
        "rope_theta": float(value("rope.freq_base", 10000.0)),
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "tie_word_embeddings": "output.weight" not in file.tensors,
        "initializer_range": 0.02,
        "torch_dtype": "float32",
    }
    for name, key in (("bos", "bos"), ("eos", "eos"), ("pad", "padding")):
        number = metadata.get(f"tokenizer.ggml.{key}_token_id")
        if number is not None:
            config[f"{name}_token_id"] = number
    return config


def _transformers_tensors(file: GgufFile, config: dict[str, Any]) -> list[LazyTensor]:
    heads = {"attn_q": config["num_attention_heads"], "attn_k": config["num_key_value_heads"]}
    named = {_transformers_name(name): name for name in file.tensors}

    def tensor(name: str) -> LazyTensor:
        source = named[name]
        block = _BLOCK.fullmatch(source)
        count = heads.get(block.group(2)) if block else None

        def load() -> Floats:
            values = file.tensor(source)
            return values if count is None else unpermute(values, count)

        return LazyTensor(name, file.tensors[source].shape, np.float32, load)

    return [tensor(name) for name in sorted(named)]


def _transformers_name(name: str) -> str:
    if name in _TOP:
        return _TOP[name]
    block = _BLOCK.fullmatch(name)
    module = {**NORMS, **PROJECTIONS}.get(block.group(2)) if block else None
    if block is None or module is None:
        raise _unsupported(f"tensor {name!r}")
    return f"model.layers.{block.group(1)}.{module}.weight"


def _f16_metadata(file: GgufFile) -> list[bytes]:
    entries = {
        key: raw for key, raw in file.raw.items() if key not in ("general.quantization_version", "general.alignment")
    }
    entries["general.file_type"] = uint32_entry("general.file_type", MOSTLY_F16)
    return list(entries.values())


def _f16_tensors(file: GgufFile) -> list[LazyTensor]:
    """Matrices in F16; llama.cpp wants norms in F32."""

    def tensor(name: str, shape: tuple[int, ...]) -> LazyTensor:
        return LazyTensor(name, shape, np.float32 if len(shape) == 1 else np.float16, lambda: file.tensor(name))

    return [tensor(info.name, info.shape) for info in file.tensors.values()]


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def _unsupported(what: str) -> Refusal:
    hint = "Use the model's safetensors folder instead."
    return Refusal("gguf_unsupported", f"The GGUF file cannot be imported: {what} is not supported.", hint)
