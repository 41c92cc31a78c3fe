"""Refuses a model or adapter folder that could run code when it is loaded, before anything of it is loaded.

Pickled weights run code while they are read, and so do modules that a model brings along (`auto_map`). Links out of the
folder would let a folder that looks harmless read other files; the hub's cache, whose snapshots are links to blobs
beside them, is the one exception.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .refusal import Refusal

PICKLED = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib", ".npy", ".npz", ".h5", ".msgpack")
CODE = (".py", ".pyc", ".so", ".dll", ".dylib")
MAX_CONFIG_BYTES = 16 * 1024 * 1024
MAX_HEADER_BYTES = 100 * 1024 * 1024
MAX_FILES = 10_000

_SAFETENSORS_HINT = "Use a folder with *.safetensors weights only."
_CODE_HINT = "Use a model that transformers knows by itself."


class UnsafeModel(Refusal):
    """The folder is refused; nothing of it was loaded."""


def check_model_folder(path: Path | str) -> None:
    """A transformers folder: config.json, tokenizer files, whole *.safetensors files, nothing that runs code."""
    folder = Path(path)
    if not folder.is_dir():
        raise UnsafeModel(
            "model_missing", f"There is no model folder at {folder}.", "Choose one of: training model list"
        )
    _check_files(folder)
    if not (folder / "config.json").is_file():
        raise UnsafeModel("model_incomplete", f"{folder} has no config.json.", "Fetch the model again.")
    _check_weights(folder)
    for name in ("config.json", "tokenizer_config.json", "generation_config.json", "processor_config.json"):
        _check_config(folder / name)


def check_adapter_folder(path: Path | str) -> None:
    """A PEFT folder: adapter_config.json and whole *.safetensors, nothing that runs code."""
    folder = Path(path)
    if not folder.is_dir():
        raise UnsafeModel(
            "adapter_missing", f"There is no adapter folder at {folder}.", "Choose one of: training adapter list"
        )
    _check_files(folder)
    if not (folder / "adapter_config.json").is_file():
        raise UnsafeModel(
            "adapter_incomplete", f"{folder} has no adapter_config.json.", "Train or import the adapter again."
        )
    _check_weights(folder)
    _check_config(folder / "adapter_config.json")


def _check_files(folder: Path) -> None:
    roots = _allowed_roots(folder)
    for number, file in enumerate(_files(folder)):
        if number >= MAX_FILES:
            raise UnsafeModel("model_unsafe", f"{folder} has too many files to be a model.")
        name = file.relative_to(folder).as_posix()
        target = file.resolve()
        if not any(target.is_relative_to(root) for root in roots):
            raise UnsafeModel(
                "model_links_out", f"{name} is a link out of the model's folder.", "Use a folder without links."
            )
        suffixes = {suffix.lower() for suffix in file.suffixes}
        if suffixes & set(PICKLED):
            raise UnsafeModel(
                "model_pickled", f"{name} may hold pickled data, which runs code when it is read.", _SAFETENSORS_HINT
            )
        if suffixes & set(CODE):
            raise UnsafeModel("model_has_code", f"{name} is code of the model's own, which is never run.", _CODE_HINT)


def _files(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            yield from _files(entry)
        else:
            yield entry


def _allowed_roots(folder: Path) -> list[Path]:
    root = folder.resolve()
    # <cache>/models--owner--name/snapshots/<revision>/ links into <cache>/models--owner--name/blobs/.
    is_snapshot = root.parent.name == "snapshots" and root.parent.parent.name.startswith("models--")
    return [root, root.parent.parent / "blobs"] if is_snapshot else [root]


def _check_weights(folder: Path) -> None:
    weights = sorted(folder.glob("*.safetensors"))
    if not weights:
        raise UnsafeModel("model_no_safetensors", f"{folder} has no *.safetensors weights.", _SAFETENSORS_HINT)
    for file in weights:
        if not _is_whole(file):
            raise UnsafeModel(
                "model_damaged", f"{file.name} is not a whole safetensors file.", "Fetch the model again."
            )


def _is_whole(file: Path) -> bool:
    """The header's offsets must end exactly where the file does."""
    size = file.stat().st_size
    with open(file, "rb") as opened:
        start = opened.read(8)
        if len(start) < 8:
            return False
        (length,) = struct.unpack("<Q", start)
        if length > min(size - 8, MAX_HEADER_BYTES):
            return False
        header = _parse(opened.read(length))
    if header is None:
        return False
    ends = [_end(entry) for name, entry in header.items() if name != "__metadata__"]
    return None not in ends and max((end for end in ends if end is not None), default=0) == size - 8 - length


def _end(entry: Any) -> int | None:
    match entry:
        case {"data_offsets": [int(), int(end)]}:
            return end
        case _:
            return None


def _check_config(path: Path) -> None:
    if not path.is_file():
        return
    if path.stat().st_size > MAX_CONFIG_BYTES:
        raise UnsafeModel("model_unsafe", f"{path.name} is too large to be a configuration.")
    config = _parse(path.read_bytes())
    if config is None:
        raise UnsafeModel("model_damaged", f"{path.name} is not a JSON object.", "Fetch the model again.")
    if _mentions(config, "auto_map"):
        raise UnsafeModel(
            "model_has_code",
            f"{path.name} asks for code of the model's own (auto_map), which is never run.",
            _CODE_HINT,
        )
    if _mentions(config, "trust_remote_code"):
        raise UnsafeModel("model_has_code", f"{path.name} asks to trust remote code, which is never done.", _CODE_HINT)


def _mentions(value: Any, key: str) -> bool:
    if isinstance(value, dict):
        return any((name == key and bool(found)) or _mentions(found, key) for name, found in value.items())
    return isinstance(value, list) and any(_mentions(found, key) for found in value)


def _parse(data: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
