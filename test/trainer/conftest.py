"""Tiny random models with a tokenizer, and run directories around them, made anew for each session."""

from __future__ import annotations

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "src" / "trainer"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import torch

from support.models import save_tiny_model


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """Folder of a small Llama with tokenizer and chat template."""
    return save_tiny_model(tmp_path_factory.mktemp("model") / "tiny", "llama")
