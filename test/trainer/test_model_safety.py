"""Folders that could run code when they are loaded are refused before anything is loaded."""

import json
import os
import pickle

import numpy as np
import pytest
from safetensors.numpy import save_file

from training_camp.model_safety import UnsafeModel, check_adapter_folder, check_model_folder


def model(folder, config=None):
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config if config is not None else {"model_type": "llama"}))
    (folder / "tokenizer_config.json").write_text("{}")
    save_file({"w": np.zeros((2, 2), np.float32)}, folder / "model.safetensors")
    return folder


def refused(folder, check=check_model_folder):
    with pytest.raises(UnsafeModel) as caught:
        check(folder)
    return caught.value.code


def test_a_plain_folder_is_accepted(tmp_path):
    check_model_folder(model(tmp_path / "m"))


@pytest.mark.parametrize(
    "name", ["pytorch_model.bin", "weights.pt", "optimizer.pkl", "a/b/c.pth", "X.BIN", "training_args.bin"]
)
def test_pickles_are_refused(tmp_path, name):
    file = model(tmp_path / "m") / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(pickle.dumps({"w": 1}))
    assert refused(tmp_path / "m") == "model_pickled"


@pytest.mark.parametrize("name", ["modeling_own.py", "lib/native.so"])
def test_code_is_refused(tmp_path, name):
    file = model(tmp_path / "m") / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("raise SystemExit")
    assert refused(tmp_path / "m") == "model_has_code"


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json"])
@pytest.mark.parametrize(
    "config", [{"auto_map": {"AutoModel": "own.Model"}}, {"text_config": {"auto_map": {"a": "b"}}}]
)
def test_a_configuration_that_asks_for_code_is_refused(tmp_path, file, config):
    folder = model(tmp_path / "m")
    (folder / file).write_text(json.dumps(config))
    assert refused(folder) == "model_has_code"


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_links_out_of_the_folder_are_refused(tmp_path):
    (tmp_path / "secret.json").write_text("{}")
    folder = model(tmp_path / "m")
    (folder / "vocab.json").symlink_to(tmp_path / "secret.json")
    assert refused(folder) == "model_links_out"
    (folder / "vocab.json").unlink()
    (folder / "more").symlink_to(tmp_path, target_is_directory=True)
    assert refused(folder) == "model_links_out"


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_the_links_of_the_hubs_cache_are_accepted(tmp_path):
    snapshot = model(tmp_path / "models--a--b" / "snapshots" / "abc")
    blobs = tmp_path / "models--a--b" / "blobs"
    blobs.mkdir()
    (snapshot / "model.safetensors").rename(blobs / "123")
    (snapshot / "model.safetensors").symlink_to("../../blobs/123")
    check_model_folder(snapshot)


def test_missing_and_torn_weights_are_refused(tmp_path):
    folder = model(tmp_path / "m")
    whole = (folder / "model.safetensors").read_bytes()
    for data in (whole[:-1], whole[:5], b"", whole + b"x", (2**60).to_bytes(8, "little") + whole[8:]):
        (folder / "model.safetensors").write_bytes(data)
        assert refused(folder) == "model_damaged"
    (folder / "model.safetensors").unlink()
    assert refused(folder) == "model_no_safetensors"


def test_a_folder_that_is_not_there_or_no_model_is_refused(tmp_path):
    assert refused(tmp_path / "none") == "model_missing"
    folder = model(tmp_path / "m")
    (folder / "config.json").write_text("[" * 100_000)
    assert refused(folder) == "model_damaged"
    (folder / "config.json").unlink()
    assert refused(folder) == "model_incomplete"


def test_adapters_are_held_to_the_same(tmp_path):
    folder = model(tmp_path / "a")
    (folder / "adapter_config.json").write_text("{}")
    check_adapter_folder(folder)
    (folder / "adapter_config.json").write_text(json.dumps({"auto_mapping": None, "auto_map": {"a": "b"}}))
    assert refused(folder, check_adapter_folder) == "model_has_code"
    (folder / "adapter_model.bin").write_bytes(b"")
    assert refused(folder, check_adapter_folder) == "model_pickled"
