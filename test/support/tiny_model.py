"""Writes the tiny random Llama of the trainer's tests into a folder: `tiny_model.py FOLDER`."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "trainer"))

from support.models import save_tiny_model

if __name__ == "__main__":
    save_tiny_model(pathlib.Path(sys.argv[1]), "llama")
