"""Samples the machine in a thread of its own. What cannot be known is null, never 0."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import psutil

from .events import EventLog


@dataclass(frozen=True)
class Sample:
    """One look at the machine."""

    cpu_percent: float | None = None
    rss_bytes: int | None = None
    gpu_percent: float | None = None
    gpu_memory_bytes: int | None = None
    gpu_memory_total_bytes: int | None = None
    gpu_temperature_c: float | None = None
    gpu_power_w: float | None = None


class Telemetry:
    """
    Emits a sample every `seconds` until it is closed; 0 seconds emits none. `samples` and `cpu_seconds` say how many
    there were and what their thread took of a processor: a run's cost of being watched.
    """

    def __init__(self, events: EventLog, seconds: float, step: Callable[[], int], gpu: Gpu | None) -> None:
        self._events = events
        self._seconds = seconds
        self._step = step
        self._gpu = gpu
        self._process = psutil.Process()
        self._ended = threading.Event()
        self.samples = 0
        self.cpu_seconds = 0.0
        self._thread = threading.Thread(target=self._run, name="telemetry", daemon=True)
        if seconds > 0:
            psutil.cpu_percent()
            self._thread.start()

    def close(self) -> None:
        """Ends the thread."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        if self._gpu is not None:
            self._gpu.close()

    def _run(self) -> None:
        while not self._ended.wait(self._seconds):
            # Losing samples on a full disk is no reason to end; the next step's event reports it.
            with contextlib.suppress(Exception):
                self._events.emit("telemetry", step=self._step(), **asdict(take_sample(self._process, self._gpu)))
            self.samples += 1
            self.cpu_seconds = time.thread_time()


def take_sample(process: psutil.Process, gpu: Gpu | None) -> Sample:
    """Asks the system and, where there is one, the GPU's management library."""
    cpu = _or_none(lambda: float(psutil.cpu_percent()))
    rss = _or_none(lambda: int(process.memory_info().rss))
    values = gpu.read() if gpu is not None else {}
    return Sample(cpu_percent=cpu, rss_bytes=rss, **values)


class Gpu:
    """One NVIDIA GPU through NVML."""

    def __init__(self, library: Any, handle: Any) -> None:
        self._library = library
        self._handle = handle

    @staticmethod
    def open(uuid: str | None) -> Gpu | None:
        """By UUID, since CUDA and NVML count differently; None where there is no NVML."""
        if uuid is None:
            return None
        try:
            import pynvml

            pynvml.nvmlInit()
            name = uuid if uuid.startswith("GPU-") else f"GPU-{uuid}"
            return Gpu(pynvml, pynvml.nvmlDeviceGetHandleByUUID(name))
        except Exception:
            # No library, no driver, no permission: the GPU's figures are unknown.
            return None

    def read(self) -> dict[str, Any]:
        """The fields that NVML answers; a figure that a GPU does not support stays unknown."""
        library, handle = self._library, self._handle
        memory = _or_none(lambda: library.nvmlDeviceGetMemoryInfo(handle))
        return {
            "gpu_percent": _or_none(lambda: float(library.nvmlDeviceGetUtilizationRates(handle).gpu)),
            "gpu_memory_bytes": None if memory is None else int(memory.used),
            "gpu_memory_total_bytes": None if memory is None else int(memory.total),
            "gpu_temperature_c": _or_none(
                lambda: float(library.nvmlDeviceGetTemperature(handle, library.NVML_TEMPERATURE_GPU))
            ),
            "gpu_power_w": _or_none(lambda: library.nvmlDeviceGetPowerUsage(handle) / 1000.0),
        }

    def close(self) -> None:
        """Lets the library go."""
        with contextlib.suppress(Exception):
            self._library.nvmlShutdown()


def _or_none(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except Exception:
        # Each figure may fail on its own: not supported, lost device, no permission.
        return None


def gpu_uuid(device: str) -> str | None:
    """The UUID of the CUDA device that a run's configuration means, where there is one."""
    import torch

    if device not in ("auto", "cuda") and not device.startswith("cuda:"):
        return None
    if not torch.cuda.is_available():
        return None
    index = int(device.removeprefix("cuda:")) if device.startswith("cuda:") else 0
    return str(torch.cuda.get_device_properties(index).uuid)
