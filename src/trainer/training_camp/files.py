"""Files and folders that are whole or not there: temporary name, fsync, rename, fsync of the folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import torch
from safetensors.torch import save

BLOCK_BYTES = 1024 * 1024
OLD_PREFIX = ".old-"


@contextmanager
def atomic_file(path: Path) -> Generator[BinaryIO]:
    """A file to write to, renamed to `path` when the block ends well, removed when it does not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = _partial(path)
    try:
        with open(partial, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextmanager
def atomic_folder(path: Path) -> Generator[Path]:
    """An empty folder to fill, which takes the place of `path` when the block ends well, and is removed when not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    recover_folder(path)
    partial = _partial(path)
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir()
        yield partial
        for file in partial.iterdir():
            with open(file, "rb+") as opened:
                os.fsync(opened.fileno())
        _replace_folder(partial, path)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def recover_folder(path: Path) -> None:
    """Brings back a folder whose replacement was cut off between its two renames."""
    old = _old(path)
    if old.is_dir() and not path.exists():
        os.rename(old, path)


def remove_leftovers(parent: Path) -> None:
    """Removes what killed writers left in a folder, after bringing back what they were about to replace."""
    for old in parent.glob(f"{OLD_PREFIX}*"):
        recover_folder(parent / old.name.removeprefix(OLD_PREFIX))
    for leftover in (*parent.glob(".*.partial"), *parent.glob(f"{OLD_PREFIX}*")):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


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


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.partial")


def _old(path: Path) -> Path:
    return path.with_name(f"{OLD_PREFIX}{path.name}")


def _replace_folder(temporary: Path, final: Path) -> None:
    """No system replaces a folder that is not empty in one step: the older one stays under a name of its own."""
    sync_folder(temporary)
    old = _old(final)
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        os.rename(final, old)
    try:
        os.rename(temporary, final)
    except OSError:
        recover_folder(final)
        raise
    sync_folder(final.parent)
    shutil.rmtree(old, ignore_errors=True)
