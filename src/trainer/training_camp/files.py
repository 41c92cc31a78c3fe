"""Files that are whole or not there: temporary name, fsync, rename, fsync of the folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

BLOCK_BYTES = 1024 * 1024


def write_bytes(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Writes a file within a folder that is not yet published."""
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        if sync:
            os.fsync(file.fileno())


def write_json(path: Path, value: Any) -> None:
    """Writes JSON that a person can read."""
    write_bytes(path, (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())


def write_tensors(path: Path, tensors: Mapping[str, torch.Tensor], *, sync: bool = True) -> None:
    """
    Writes safetensors. The bytes are made in memory, so that a full disk arrives as an OSError
    instead of a message of the library's.
    """
    write_bytes(path, save(dict(tensors), {"format": "pt"}), sync=sync)


def replace_folder(temporary: Path, final: Path) -> None:
    """Publishes a finished folder under its name, in place of an older one."""
    sync_folder(temporary)
    old = final.with_name(f".old-{final.name}")
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        os.rename(final, old)
    os.rename(temporary, final)
    sync_folder(final.parent)
    shutil.rmtree(old, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Makes names in a folder last through a power cut. Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file as hexadecimal text."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()
