"""The command `probe`: what this machine computes with, found by running real kernels."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import psutil

from .oneshot import Emit, Request, run_request

PACKAGES = ("torch", "transformers", "peft", "safetensors", "tokenizers", "gguf", "numpy")
PRODUCT_SIZE = 1024
CPU_PRODUCT_SIZE = 512
ROUNDS = 3


def main(request: bytes) -> int:
    """Answers one request; it may be {}."""
    return run_request(request, _answer)


def _answer(_request: Request, _emit: Emit) -> dict[str, Any]:
    from .device import physical_cores

    memory = psutil.virtual_memory()
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "packages": {name: _version(name) for name in PACKAGES},
        "physicalCores": physical_cores(),
        "memoryBytes": memory.total,
        "freeMemoryBytes": memory.available,
        "driver": nvidia_driver(),
        "devices": devices(),
    }


def devices() -> list[dict[str, Any]]:
    """Every device that torch names, each tried by a product with its gradient. `error` says why one does not work."""
    import torch

    names = ["cpu"]
    if torch.cuda.is_available():
        names += [f"cuda:{number}" for number in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        names.append("mps")
    return [_device(name) for name in names]


def nvidia_driver() -> dict[str, Any] | None:
    """Driver and GPUs as NVML sees them, whether torch can use them or not; None without a driver."""
    try:
        import pynvml

        pynvml.nvmlInit()
    except Exception:
        # No package, no library, no driver, no permission: for the caller all of it is no driver.
        return None
    try:
        handles = [pynvml.nvmlDeviceGetHandleByIndex(number) for number in range(pynvml.nvmlDeviceGetCount())]
        names = [str(pynvml.nvmlDeviceGetName(handle)) for handle in handles]
        totals = [int(pynvml.nvmlDeviceGetMemoryInfo(handle).total) for handle in handles]
        gpus = [{"name": name, "memoryBytes": total} for name, total in zip(names, totals, strict=True)]
        return {"version": str(pynvml.nvmlSystemGetDriverVersion()), "gpus": gpus}
    except pynvml.NVMLError:
        return None
    finally:
        pynvml.nvmlShutdown()


def _device(name: str) -> dict[str, Any]:
    import torch

    from .device import has_fast_bf16, runs

    device = torch.device(name)
    works = runs(device, torch.float32)
    found: dict[str, Any] = {
        "id": name,
        "name": torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor() or name,
        "works": works,
        "error": None if works else _reason(lambda: torch.ones(2, 2, device=device) @ torch.ones(2, 2, device=device)),
        "bf16": works and runs(device, torch.bfloat16),
        "bf16Fast": works and has_fast_bf16(device),
        "bf16Speedup": None,
        "memoryBytes": None,
        "freeMemoryBytes": None,
    }
    if found["bf16"]:
        found["bf16Speedup"] = _seconds(device, torch.float32) / _seconds(device, torch.bfloat16)
    if works and device.type == "cuda":
        found["freeMemoryBytes"], found["memoryBytes"] = torch.cuda.mem_get_info(device)
    return found


def _reason(kernel: Callable[[], Any]) -> str:
    try:
        kernel()
    except Exception as error:
        # Drivers fail in many ways; each is the answer to the question why.
        return str(error).splitlines()[0] if str(error) else type(error).__name__
    return "The result was wrong."


def _seconds(device: Any, dtype: Any) -> float:
    """Best of some products of two square matrices."""
    import torch

    size = CPU_PRODUCT_SIZE if device.type == "cpu" else PRODUCT_SIZE
    matrix = torch.ones(size, size, device=device, dtype=dtype)
    best = float("inf")
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        # Reading a value waits for the device.
        (matrix @ matrix)[0, 0].item()
        best = min(best, time.perf_counter() - start)
    return best


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
