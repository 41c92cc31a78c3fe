"""Reads GGUF files (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), version 2 and 3, little-endian.

The file is foreign input: every count is checked against the bytes that are there before anything is allocated.
Common types are dequantised with numpy in one go; the gguf package does the others.
"""

from __future__ import annotations

import math
import mmap
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from .refusal import Refusal

F32, F16, Q4_0, Q4_1, Q8_0, BF16 = 0, 1, 2, 3, 8, 30
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_ALIGNMENT = "general.alignment"
_MAX_TENSORS, _MAX_KEYS, _MAX_DIMENSIONS = 1 << 20, 1 << 16, 4

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """`shape` is numpy's order, slowest dimension first; `offset` counts from the start of the file."""

    name: str
    shape: tuple[int, ...]
    type: int
    offset: int


class GgufFile:
    """Metadata of a file, and its tensors on demand. `raw` holds each entry's bytes as they are in the file."""

    def __init__(self, path: Path) -> None:
        try:
            with open(path, "rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise Refusal("gguf_unreadable", f"The GGUF file {path} cannot be read: {error}") from error
        self._at = 0
        self._path = path
        self.metadata: dict[str, Any] = {}
        self.raw: dict[str, bytes] = {}
        self.tensors: dict[str, TensorInfo] = {}
        try:
            self._read_header()
        except (struct.error, UnicodeDecodeError, IndexError) as error:
            raise self._damaged(str(error)) from error

    def __enter__(self) -> GgufFile:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._map.close()

    def tensor(self, name: str) -> Floats:
        """A tensor as float32, a copy."""
        info = self.tensors[name]
        count = math.prod(info.shape)
        read = _DEQUANTISE.get(info.type)
        try:
            if read is not None:
                return read(self._map, count, info.offset).reshape(info.shape)
            return self._by_package(info, count)
        except (ValueError, OverflowError) as error:
            raise self._damaged(f"{name}: {error}") from error

    def _by_package(self, info: TensorInfo, count: int) -> Floats:
        from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
        from gguf.quants import dequantize

        try:
            kind = GGMLQuantizationType(info.type)
            block, size = GGML_QUANT_SIZES[kind]
            data = np.frombuffer(self._map, np.uint8, count // block * size, info.offset)
            # The copy lets the map be closed; the package's answer may be a view.
            return np.array(dequantize(data.reshape(*info.shape[:-1], -1), kind), np.float32).reshape(info.shape)
        except (KeyError, NotImplementedError) as error:
            raise Refusal(
                "gguf_type_unsupported", f"{info.name} has a quantisation that cannot be read: {info.type}."
            ) from error

    def _read_header(self) -> None:
        if self._map[:4] != b"GGUF":
            raise self._damaged("it does not begin with GGUF")
        self._at = 4
        version, tensors, keys = self._scalar("I"), self._scalar("Q"), self._scalar("Q")
        if version not in (2, 3) or tensors > _MAX_TENSORS or keys > _MAX_KEYS:
            raise self._damaged(f"version {version}, {tensors} tensors, {keys} keys")
        for _ in range(keys):
            start = self._at
            key = self._string()
            self.metadata[key] = self._value(self._scalar("I"))
            self.raw[key] = self._map[start : self._at]
        infos = [self._tensor_info() for _ in range(tensors)]
        alignment = self.metadata.get(_ALIGNMENT, 32)
        if not isinstance(alignment, int) or alignment <= 0:
            raise self._damaged(f"alignment {alignment}")
        base = (self._at + alignment - 1) // alignment * alignment
        for name, shape, kind, offset in infos:
            if base + offset > len(self._map):
                raise self._damaged(f"{name} lies behind the end of the file")
            self.tensors[name] = TensorInfo(name, shape, kind, base + offset)

    def _tensor_info(self) -> tuple[str, tuple[int, ...], int, int]:
        name, dimensions = self._string(), self._scalar("I")
        if dimensions > _MAX_DIMENSIONS:
            raise self._damaged(f"{name} has {dimensions} dimensions")
        shape = tuple(self._scalar("Q") for _ in range(dimensions))[::-1]
        return name, shape, self._scalar("I"), self._scalar("Q")

    def _scalar(self, form: str) -> Any:
        (value,) = struct.unpack_from(f"<{form}", self._map, self._at)
        self._at += struct.calcsize(f"<{form}")
        return value

    def _string(self) -> str:
        length = self._scalar("Q")
        self._need(length)
        self._at += length
        return self._map[self._at - length : self._at].decode()

    def _value(self, kind: int) -> Any:
        if kind == _STRING:
            return self._string()
        if kind == _ARRAY:
            return self._array()
        if kind not in _SCALARS:
            raise self._damaged(f"value of type {kind}")
        return self._scalar(_SCALARS[kind])

    def _array(self) -> list[Any]:
        kind, count = self._scalar("I"), self._scalar("Q")
        if kind == _STRING:
            self._need(count * 8)
            return [self._string() for _ in range(count)]
        if kind not in _SCALARS:
            raise self._damaged(f"array of type {kind}")
        form = f"<{count}{_SCALARS[kind]}"
        self._need(count * struct.calcsize(f"<{_SCALARS[kind]}"))
        values = struct.unpack_from(form, self._map, self._at)
        self._at += struct.calcsize(form)
        return list(values)

    def _need(self, count: int) -> None:
        if count > len(self._map) - self._at:
            raise self._damaged("a length reaches behind the end of the file")

    def _damaged(self, what: str) -> Refusal:
        return Refusal("gguf_damaged", f"{self._path.name} is not a whole GGUF file: {what}.", "Fetch the file again.")


def _f32(data: mmap.mmap, count: int, offset: int) -> Floats:
    return np.array(np.frombuffer(data, "<f4", count, offset), np.float32)


def _f16(data: mmap.mmap, count: int, offset: int) -> Floats:
    return np.frombuffer(data, "<f2", count, offset).astype(np.float32)


def _bf16(data: mmap.mmap, count: int, offset: int) -> Floats:
    return (np.frombuffer(data, "<u2", count, offset).astype(np.uint32) << 16).view(np.float32)


def _q8_0(data: mmap.mmap, count: int, offset: int) -> Floats:
    blocks = np.frombuffer(data, np.dtype([("d", "<f2"), ("q", "i1", 32)]), count // 32, offset)
    return blocks["q"].astype(np.float32) * blocks["d"].astype(np.float32)[:, None]


def _q4_0(data: mmap.mmap, count: int, offset: int) -> Floats:
    blocks = np.frombuffer(data, np.dtype([("d", "<f2"), ("q", "u1", 16)]), count // 32, offset)
    return (_nibbles(blocks["q"]) - 8) * blocks["d"].astype(np.float32)[:, None]


def _q4_1(data: mmap.mmap, count: int, offset: int) -> Floats:
    blocks = np.frombuffer(data, np.dtype([("d", "<f2"), ("m", "<f2"), ("q", "u1", 16)]), count // 32, offset)
    values = _nibbles(blocks["q"])
    values *= blocks["d"].astype(np.float32)[:, None]
    values += blocks["m"].astype(np.float32)[:, None]
    return values


def _nibbles(packed: npt.NDArray[np.uint8]) -> Floats:
    return np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32)


_DEQUANTISE: dict[int, Callable[[mmap.mmap, int, int], Floats]] = {
    F32: _f32, F16: _f16, BF16: _bf16, Q4_0: _q4_0, Q4_1: _q4_1, Q8_0: _q8_0,
}  # fmt: skip
