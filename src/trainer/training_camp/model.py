"""Loads a base model from its folder: safetensors only, no code of the model's own, nothing from the network."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import torch

from . import attention
from .config import ModelIdentity
from .device import Compute
from .errors import TrainerError


def quiet_libraries() -> None:
    """Settings that must stand before transformers is imported: no network, no progress bars."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()


def load_model(identity: ModelIdentity, compute: Compute) -> Any:
    """The causal model of a folder that was checked: on its device, frozen, with packed attention."""
    quiet_libraries()
    from transformers import AutoModelForCausalLM

    try:
        model: Any = AutoModelForCausalLM.from_pretrained(
            identity.path,
            dtype=compute.dtype,
            attn_implementation="eager",
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
        )
    except (OSError, ValueError, KeyError) as error:
        raise TrainerError(
            "model", f"The model {identity.id} cannot be loaded: {error}", "Check it with: training model list"
        ) from error
    return prepare_model(model.to(compute.device))


def prepare_model(model: Any) -> Any:
    """Freezes a causal model and gives it packed attention."""
    attention.register()
    model.set_attn_implementation(attention.NAME)
    model.config.use_cache = False
    model.requires_grad_(False)
    model.train()
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    for name in ("attention_dropout", "attn_pdrop", "hidden_dropout"):
        for module in model.modules():
            if isinstance(getattr(module, name, None), float):
                setattr(module, name, 0.0)
    return model


@dataclass(frozen=True)
class Anatomy:
    """The parts of a causal model that the trainer works with."""

    decoder: Any
    layers: torch.nn.ModuleList
    head: torch.nn.Module
    softcap: float | None

    @staticmethod
    def of(model: Any) -> Anatomy:
        """Finds them; an architecture without decoder layers or head cannot be trained here."""
        base = model.get_base_model() if hasattr(model, "get_base_model") else model
        decoder, head = base.get_decoder(), base.get_output_embeddings()
        layers = getattr(decoder, "layers", None)
        if not isinstance(layers, torch.nn.ModuleList) or head is None:
            raise TrainerError(
                "model",
                f"{type(base).__name__} has no decoder layers that the trainer knows.",
                "Use a Llama-, Qwen-, Mistral- or Gemma-like causal model.",
            )
        text = base.config.get_text_config()
        return Anatomy(decoder, layers, head, getattr(text, "final_logit_softcapping", None))


def count_parameters(model: torch.nn.Module) -> tuple[int, int]:
    """All parameters and the trainable ones."""
    sizes = [(parameter.numel(), parameter.requires_grad) for parameter in model.parameters()]
    return sum(size for size, _ in sizes), sum(size for size, trains in sizes if trains)


def load_tokenizer(identity: ModelIdentity) -> Any:
    """The model's own tokenizer, read from its folder."""
    quiet_libraries()
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(identity.path, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise TrainerError("model", f"The tokenizer of {identity.id} cannot be loaded: {error}") from error
