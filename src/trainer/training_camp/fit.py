"""How large a micro-batch fits: an estimate first, then one real pass over the largest micro-batch."""

from __future__ import annotations

from dataclasses import dataclass

import psutil
import torch

from .config import TrainingConfig
from .errors import TrainerError
from .model import Anatomy

# Beyond these a larger micro-batch makes the products no faster.
FULL_SPEED_TOKENS = {"cpu": 2048, "cuda": 16384, "mps": 4096}
USABLE_SHARE = 0.85


@dataclass(frozen=True)
class Fit:
    """Tokens per forward pass, and whether activations are computed again in the backward pass."""

    micro_batch_tokens: int
    gradient_checkpointing: bool


@dataclass(frozen=True)
class Costs:
    """Bytes that training takes beyond the loaded model."""

    fixed_bytes: int
    bytes_per_token: int
    bytes_per_token_checkpointed: int

    def total(self, fit: Fit) -> int:
        """An estimate for a fit."""
        per_token = self.bytes_per_token_checkpointed if fit.gradient_checkpointing else self.bytes_per_token
        return self.fixed_bytes + per_token * fit.micro_batch_tokens


def estimate_costs(anatomy: Anatomy, trained_layers: int, trainable: int, dtype: torch.dtype) -> Costs:
    """
    Per token and trained layer autograd keeps the inputs of the projections, norms, attention and the gated
    activation: about 12 hidden and 5 intermediate vectors, counted on Llama's forward pass.
    """
    config = anatomy.decoder.config.get_text_config()
    hidden, inner = config.hidden_size, getattr(config, "intermediate_size", 4 * config.hidden_size)
    size = torch.empty((), dtype=dtype).element_size()
    layer = (12 * hidden + 5 * inner) * size
    # Gradient, two moments and the weight itself, in float32.
    fixed = 16 * trainable
    return Costs(fixed, layer * max(1, trained_layers), layer + hidden * size * max(1, trained_layers))


def choose_fit(config: TrainingConfig, costs: Costs, free: int | None, device: str, longest: int) -> Fit:
    """The first guess. Smaller micro-batches come before checkpointing, which costs half as much time again."""
    wanted = config.micro_batch_tokens
    tokens = wanted if wanted is not None else min(config.tokens_per_step, FULL_SPEED_TOKENS.get(device, 2048))
    fit = Fit(max(tokens, longest), config.gradient_checkpointing == "on")
    if wanted is not None or free is None:
        return fit
    while costs.total(fit) > free * USABLE_SHARE:
        smaller = shrink(fit, config, longest)
        if smaller is None:
            break
        fit = smaller
    return fit


def shrink(fit: Fit, config: TrainingConfig, longest: int) -> Fit | None:
    """The next smaller fit: half the micro-batch, at last checkpointing; None when there is none."""
    if fit.micro_batch_tokens > longest:
        return Fit(max(fit.micro_batch_tokens // 2, longest), fit.gradient_checkpointing)
    if not fit.gradient_checkpointing and config.gradient_checkpointing == "auto":
        return Fit(fit.micro_batch_tokens, True)
    return None


def out_of_memory(longest: int) -> TrainerError:
    """Nothing smaller is left to try."""
    return TrainerError(
        "out_of_memory",
        f"The memory is too small even for one document of {longest} tokens at a time.",
        "Lower maxLength, train fewer layers (lora.lastLayers), or choose a smaller model or a larger device.",
    )


def free_bytes(device: torch.device) -> int | None:
    """Memory that is free now on the device; None when it does not tell."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    if device.type == "mps":
        return torch.mps.recommended_max_memory() - torch.mps.current_allocated_memory()
    return psutil.virtual_memory().available
