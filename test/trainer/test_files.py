"""Folders that are whole or not there, wherever their writer was killed."""

import os

import pytest

from training_camp import files
from training_camp.files import atomic_file, atomic_folder, recover_folder, remove_leftovers


def fill(path, text):
    with atomic_folder(path) as folder:
        (folder / "a").write_text(text)


def test_a_folder_takes_the_place_of_the_older_one(tmp_path):
    for text in ("one", "two"):
        fill(tmp_path / "x", text)
    assert (tmp_path / "x" / "a").read_text() == "two"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("kind", [atomic_file, atomic_folder])
def test_a_block_that_fails_leaves_the_older_one_and_nothing_else(tmp_path, kind):
    fill(tmp_path / "x", "one")
    with pytest.raises(KeyboardInterrupt), kind(tmp_path / "x"):
        raise KeyboardInterrupt
    assert (tmp_path / "x" / "a").read_text() == "one"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("clean_up", [lambda path: remove_leftovers(path.parent), recover_folder])
def test_a_writer_killed_between_its_renames_loses_nothing(tmp_path, monkeypatch, clean_up):
    path = tmp_path / "x"
    fill(path, "one")
    rename = os.rename

    class Killed(BaseException):
        pass

    def die_at_the_second(source, target):
        if os.fspath(target) == os.fspath(path):
            raise Killed
        rename(source, target)

    monkeypatch.setattr(files.os, "rename", die_at_the_second)
    with pytest.raises(Killed):
        fill(path, "two")
    monkeypatch.undo()
    assert not path.exists()
    clean_up(path)
    assert (path / "a").read_text() == "one"


def test_what_killed_writers_left_is_removed(tmp_path):
    fill(tmp_path / "x", "one")
    (tmp_path / ".x.1.partial").mkdir()
    (tmp_path / ".y.gguf.2.partial").write_text("half")
    (tmp_path / ".old-x").mkdir()
    remove_leftovers(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]
