"""Adapters through PEFT, which owns the parameters: what is saved is PEFT's own format."""

from __future__ import annotations

from typing import Any

import torch

from .config import LoraConfig
from .errors import TrainerError

ADAPTER = "default"


def add_lora(model: Any, config: LoraConfig, seed: int) -> Any:
    """Wraps a model with fresh adapters, in float32; the first output equals the base model's."""
    from peft import LoraConfig as PeftLoraConfig
    from peft import get_peft_model

    names = _target_names(model, config)
    options: dict[str, Any] = {}
    if config.last_layers is not None:
        count = model.config.get_text_config().num_hidden_layers
        options["layers_to_transform"] = list(range(max(0, count - config.last_layers), count))
    torch.manual_seed(seed)
    peft_config = PeftLoraConfig(
        r=config.rank,
        lora_alpha=config.alpha,  # pyright: ignore[reportArgumentType] -- PEFT takes fractions as well
        lora_dropout=0.0,
        bias="none",
        target_modules=names,
        task_type="CAUSAL_LM",
        **options,
    )
    try:
        return get_peft_model(model, peft_config, autocast_adapter_dtype=True)
    except ValueError as error:
        raise TrainerError("model", f"The adapter cannot be added: {error}", "Check lora.targetModules.") from error


def trainable_parameters(model: torch.nn.Module) -> list[tuple[str, torch.nn.Parameter]]:
    """Name and parameter, in the model's order."""
    return [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]


def adapter_state(model: Any) -> dict[str, torch.Tensor]:
    """The adapter as PEFT saves it, copied to the CPU."""
    from peft import get_peft_model_state_dict

    state = get_peft_model_state_dict(model, adapter_name=ADAPTER, save_embedding_layers=False)
    return {name: tensor.detach().to("cpu", copy=True).contiguous() for name, tensor in state.items()}


def load_adapter_state(model: Any, state: dict[str, torch.Tensor]) -> None:
    """Puts saved values back. Every adapter weight must be there with its shape."""
    from peft import set_peft_model_state_dict

    if _shapes(state) != _shapes(adapter_state(model)):
        raise TrainerError(
            "model",
            "The checkpoint's adapter has another shape than this run's.",
            "Use the rank, target modules and last layers of the run that it comes from.",
        )
    set_peft_model_state_dict(model, state, adapter_name=ADAPTER)


def _shapes(state: dict[str, torch.Tensor]) -> dict[str, torch.Size]:
    return {name: tensor.shape for name, tensor in state.items()}


def _target_names(model: Any, config: LoraConfig) -> list[str]:
    """Last parts of module names. `all-linear` is every linear layer within the decoder layers, never the head."""
    linear = {
        name.rsplit(".", 1)[-1]: None
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and ".layers." in name
    }
    if config.target_modules == "all-linear":
        return sorted(linear)
    wanted = [config.target_modules] if isinstance(config.target_modules, str) else config.target_modules
    kinds = (torch.nn.Linear, torch.nn.Embedding)
    names = [name for name, module in model.named_modules() if isinstance(module, kinds)]
    for name in wanted:
        if not any(known == name or known.endswith("." + name) for known in names):
            raise TrainerError(
                "model",
                f"The model has no module named {name!r} that an adapter can sit on.",
                f"It has: {', '.join(sorted({known.rsplit('.', 1)[-1] for known in names}))}",
            )
    return sorted(set(wanted))
