"""Chooses where and in which precision a run computes, by running a real kernel there."""

from __future__ import annotations

import os
from dataclasses import dataclass

import psutil
import torch

from .config import TrainingConfig
from .errors import TrainerError


@dataclass(frozen=True)
class Compute:
    """A device that has run a kernel, with the precision for frozen weights and activations."""

    device: torch.device
    dtype: torch.dtype
    threads: int

    @property
    def precision(self) -> str:
        return "bf16" if self.dtype == torch.bfloat16 else "fp32"


def choose_compute(config: TrainingConfig) -> Compute:
    """Where and how a run's configuration computes."""
    return resolve_compute(config.device, config.precision, config.threads)


def resolve_compute(device_name: str, precision: str, wanted_threads: int | None) -> Compute:
    """Resolves `auto`; a device that is asked for by name and cannot run is an error."""
    threads = wanted_threads if wanted_threads is not None else physical_cores()
    torch.set_num_threads(threads)
    device = _choose_device(device_name)
    if precision == "fp32":
        return Compute(device, torch.float32, threads)
    if precision == "bf16":
        if not runs(device, torch.bfloat16):
            raise TrainerError("environment", f"bf16 does not run on {device}.", "Set precision to fp32 or auto.")
        return Compute(device, torch.bfloat16, threads)
    return Compute(device, torch.bfloat16 if has_fast_bf16(device) else torch.float32, threads)


def physical_cores() -> int:
    """Cores that this process may use; two threads on one core only slow each other down."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    return max(1, min(psutil.cpu_count(logical=False) or allowed, allowed))


def runs(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether a small product with its gradient really runs and is right."""
    try:
        left = torch.ones(64, 64, device=device, dtype=dtype, requires_grad=True)
        (left @ left).sum().backward()
        return left.grad is not None and bool((left.grad.float() == 128).all().item())
    except (RuntimeError, AssertionError, NotImplementedError):
        return False


def has_fast_bf16(device: torch.device) -> bool:
    """
    Whether bf16 runs and pays. Answered from what the device is and not from a stopwatch, so that a resumed run
    computes as before: a CPU needs tiles (AMX); AVX-512 alone was slower than float32.
    """
    if not runs(device, torch.bfloat16):
        return False
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type == "cpu":
        return bool(torch.cpu.get_capabilities().get("amx_bf16", False))
    return True


def _choose_device(wanted: str) -> torch.device:
    if wanted != "auto":
        device = torch.device("cuda:0" if wanted == "cuda" else wanted)
        if not runs(device, torch.float32):
            message = f"The device {wanted} cannot run a kernel."
            raise TrainerError("environment", message, "Set device to auto, or run: training doctor")
        return device
    candidates = [("cuda:0", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available())]
    for name, is_there in candidates:
        if is_there and runs(torch.device(name), torch.float32):
            return torch.device(name)
    return torch.device("cpu")
