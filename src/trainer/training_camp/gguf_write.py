"""Writes GGUF version 3 and safetensors files tensor by tensor, so that a model never lies in memory whole.

The bytes depend on nothing but the input: entries keep their order.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from .files import atomic_file
from .gguf_read import F16, F32

ALIGNMENT = 32
_UINT32, _INT32, _FLOAT32, _BOOL, _STRING, _ARRAY = 4, 5, 6, 7, 8, 9


@dataclass(frozen=True, slots=True)
class LazyTensor:
    """A tensor to be written, loaded when its turn comes."""

    name: str
    shape: tuple[int, ...]
    dtype: type[np.float16] | type[np.float32]
    load: Callable[[], npt.NDArray[Any]]

    @property
    def size_bytes(self) -> int:
        return math.prod(self.shape) * np.dtype(self.dtype).itemsize


def write_gguf(
    path: Path, metadata: Sequence[bytes], tensors: Sequence[LazyTensor], on_tensor: Callable[[], None]
) -> None:
    """`metadata` entries are encoded already (`string_entry`, or copied from another file)."""
    with atomic_file(path) as file:
        header = bytearray(b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata)))
        header += b"".join(metadata)
        offset = 0
        for tensor in tensors:
            kind = F16 if tensor.dtype is np.float16 else F32
            header += _string(tensor.name) + struct.pack("<I", len(tensor.shape))
            header += struct.pack(f"<{len(tensor.shape)}Q", *reversed(tensor.shape)) + struct.pack("<IQ", kind, offset)
            offset += _aligned(tensor.size_bytes)
        file.write(header + bytes(_aligned(len(header)) - len(header)))
        for tensor in tensors:
            _write_values(file, tensor)
            file.write(bytes(_aligned(tensor.size_bytes) - tensor.size_bytes))
            on_tensor()


def write_safetensors(path: Path, tensors: Sequence[LazyTensor], on_tensor: Callable[[], None]) -> None:
    """One safetensors file (https://github.com/huggingface/safetensors#format) with torch's metadata."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for tensor in tensors:
        name = "F16" if tensor.dtype is np.float16 else "F32"
        end = offset + tensor.size_bytes
        header[tensor.name] = {"dtype": name, "shape": list(tensor.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors:
            _write_values(file, tensor)
            on_tensor()


def string_entry(key: str, value: str) -> bytes:
    return _string(key) + struct.pack("<I", _STRING) + _string(value)


def uint32_entry(key: str, value: int) -> bytes:
    return _string(key) + struct.pack("<II", _UINT32, value)


def float32_entry(key: str, value: float) -> bytes:
    return _string(key) + struct.pack("<If", _FLOAT32, value)


def bool_entry(key: str, value: bool) -> bytes:
    return _string(key) + struct.pack("<I?", _BOOL, value)


def strings_entry(key: str, values: Sequence[str]) -> bytes:
    return _string(key) + struct.pack("<IIQ", _ARRAY, _STRING, len(values)) + b"".join(map(_string, values))


def int32s_entry(key: str, values: Sequence[int]) -> bytes:
    return _string(key) + struct.pack(f"<IIQ{len(values)}i", _ARRAY, _INT32, len(values), *values)


def _write_values(file: BinaryIO, tensor: LazyTensor) -> None:
    values = np.ascontiguousarray(tensor.load(), dtype=np.dtype(tensor.dtype).newbyteorder("<"))
    if values.shape != tensor.shape:
        raise ValueError(f"{tensor.name} is {values.shape}, not {tensor.shape}")
    file.write(values.data)


def _string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _aligned(size: int) -> int:
    return (size + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT
