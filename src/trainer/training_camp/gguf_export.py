"""A PEFT LoRA folder as a GGUF adapter for llama.cpp."""

from __future__ import annotations

import json
import math
import re
import time
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import safe_open

from .gguf_names import PROJECTIONS, Array, permute
from .gguf_write import LazyTensor, float32_entry, string_entry, write_gguf
from .model_safety import check_adapter_folder
from .oneshot import Emit, Request, run_request
from .refusal import Refusal

# model_type of transformers to llama.cpp's architecture, and whether that one permutes the rows of q and k.
ARCHITECTURES = {
    "llama": ("llama", True),
    "mistral": ("llama", True),
    "qwen2": ("qwen2", False),
    "qwen3": ("qwen3", False),
    "gemma": ("gemma", False),
    "gemma2": ("gemma2", False),
    "gemma3_text": ("gemma3", False),
}
_KEY = re.compile(r"base_model\.model\.model\.layers\.(\d+)\.([\w.]+)\.lora_([AB])\.weight")
_NAMES = {module: name for name, module in PROJECTIONS.items()}
# Every setting that changes what an adapter computes and that llama.cpp's format has no place for.
_REFUSED = (
    "use_dora", "lora_bias", "fan_in_fan_out", "modules_to_save", "trainable_token_indices", "use_qalora",
    "layer_replication", "target_parameters",
    "megatron_config", "arrow_config", "alora_invocation_tokens", "use_bdlora",
)  # fmt: skip


def main(request: bytes) -> int:
    """The command `export-gguf`."""
    return run_request(request, _answer)


def _answer(request: Request, _emit: Emit) -> dict[str, Any]:
    """{adapter, base, output} → {output, tensors, seconds}. `base` is the folder of the base model."""
    start = time.monotonic()
    adapter, output = Path(request["adapter"]), Path(request["output"])
    check_adapter_folder(adapter)
    tensors = export_adapter(adapter, Path(request["base"]) / "config.json", output)
    return {"output": str(output), "tensors": tensors, "seconds": time.monotonic() - start}


def export_adapter(adapter_dir: Path, base_config_path: Path, output: Path) -> int:
    """Writes `output` atomically and answers the number of tensors. Raises Refusal for what the format cannot carry.

    rsLoRA and per-module alphas are carried by folding their scale into lora_b: llama.cpp scales by alpha / rank.
    """
    adapter: dict[str, Any] = json.loads((adapter_dir / "adapter_config.json").read_text(encoding="utf-8"))
    base: dict[str, Any] = json.loads(base_config_path.read_text(encoding="utf-8"))
    model_type = base.get("model_type")
    if model_type not in ARCHITECTURES:
        raise _refused(
            "gguf_architecture_unsupported", f"llama.cpp's adapter layout of {model_type!r} models is not known."
        )
    _check(adapter)
    architecture, is_permuted = ARCHITECTURES[model_type]
    heads = _heads(base) if is_permuted else {}
    alpha = float(adapter["lora_alpha"])
    tensors: list[LazyTensor] = []
    with safe_open(adapter_dir / "adapter_model.safetensors", framework="pt") as file:
        keys = sorted(file.keys(), key=_order)
        for key in keys:
            layer, module, side = _parse(key)
            values = file.get_tensor(key).float().numpy()
            if side == "B":
                rank = values.shape[1]
                factor = _scale(adapter, key, rank) * rank / alpha
                values = values if factor == 1 else values * np.float32(factor)
                values = permute(values, heads[module]) if module in heads else values
            name = f"blk.{layer}.{_NAMES[module]}.weight.lora_{side.lower()}"
            tensors.append(_tensor(name, values))
    metadata = [
        string_entry("general.architecture", architecture),
        string_entry("general.type", "adapter"),
        string_entry("general.name", "training-camp-adapter"),
        string_entry("adapter.type", "lora"),
        float32_entry("adapter.lora.alpha", alpha),
    ]
    write_gguf(output, metadata, tensors, lambda: None)
    return len(tensors)


def _check(adapter: dict[str, Any]) -> None:
    if adapter.get("peft_type") != "LORA":
        raise _refused(
            "gguf_adapter_unsupported", f"A {adapter.get('peft_type')} adapter cannot be written as GGUF, only LoRA."
        )
    if adapter.get("bias", "none") != "none":
        raise _refused("gguf_adapter_unsupported", "An adapter with trained biases cannot be written as GGUF.")
    for setting in _REFUSED:
        if adapter.get(setting):
            raise _refused("gguf_adapter_unsupported", f"An adapter with {setting} cannot be written as GGUF.")


def _heads(base: dict[str, Any]) -> dict[str, int]:
    query = int(base["num_attention_heads"])
    return {"self_attn.q_proj": query, "self_attn.k_proj": int(base.get("num_key_value_heads") or query)}


def _parse(key: str) -> tuple[int, str, str]:
    match = _KEY.fullmatch(key)
    if match is None or match.group(2) not in _NAMES:
        raise _refused("gguf_module_unsupported", f"The adapter tensor {key} has no place in a GGUF adapter.")
    return int(match.group(1)), match.group(2), match.group(3)


def _order(key: str) -> tuple[int, str, str]:
    layer, module, side = _parse(key)
    return layer, _NAMES[module], side


def _scale(adapter: dict[str, Any], key: str, rank: int) -> float:
    """PEFT's scaling of one module: alpha / rank, or alpha / sqrt(rank) with rsLoRA."""
    module = key.removeprefix("base_model.model.").rpartition(".lora_")[0]
    pattern: dict[str, float] = adapter.get("alpha_pattern") or {}
    # As PEFT matches: the pattern is a suffix of the name after a dot, or the whole of it.
    found = [value for name, value in pattern.items() if re.match(rf"(.*\.)?({name})$", module)]
    alpha = float(found[0] if found else adapter["lora_alpha"])
    return alpha / (math.sqrt(rank) if adapter.get("use_rslora") else rank)


def _tensor(name: str, values: Array) -> LazyTensor:
    return LazyTensor(name, values.shape, np.float32, lambda: values)


def _refused(code: str, message: str) -> Refusal:
    return Refusal(code, message, "The PEFT adapter itself is whole and can be used with the torch engine.")
