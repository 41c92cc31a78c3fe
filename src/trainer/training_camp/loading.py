"""A base model and its tokenizer for the one-shot commands: loaded from a checked folder, for reading only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from .architecture import check_architecture
from .device import Compute
from .model import quiet_libraries
from .model_safety import check_adapter_folder, check_model_folder
from .refusal import Refusal


def open_tokenizer(folder: Path) -> Any:
    """The folder's tokenizer, as the trainer loads it."""
    check_model_folder(folder)
    quiet_libraries()
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise Refusal("model_unreadable", f"The tokenizer in {folder} cannot be loaded: {error}") from error


def open_model(folder: Path, adapter: Path | None, compute: Compute) -> Any:
    """The model in evaluation mode on its device; with an adapter a PEFT model that can switch it off."""
    check_model_folder(folder)
    if adapter is not None:
        check_adapter_folder(adapter)
    quiet_libraries()
    from transformers import AutoModelForCausalLM

    try:
        model: Any = AutoModelForCausalLM.from_pretrained(
            folder, dtype=compute.dtype, local_files_only=True, use_safetensors=True, trust_remote_code=False
        )
    except (OSError, ValueError, KeyError) as error:
        raise Refusal("model_unreadable", f"The model in {folder} cannot be loaded: {error}") from error
    model = model.to(compute.device)
    check_architecture(model)
    return (model if adapter is None else _with_adapter(model, adapter, compute.device)).eval()


def _with_adapter(model: Any, adapter: Path, device: torch.device) -> Any:
    from peft import PeftModel

    try:
        return PeftModel.from_pretrained(model, str(adapter), is_trainable=False, torch_device=str(device))
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        message = f"The adapter in {adapter} does not fit the model: {error}"
        raise Refusal("adapter_unreadable", message, "Use the base model that the adapter was trained on.") from error
