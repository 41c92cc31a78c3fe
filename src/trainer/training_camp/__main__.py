"""The trainer's commands. Heavy imports happen within a command, so that help and errors come at once."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from . import __version__

# Command to module: each has a `main()` that takes one JSON request and prints JSON lines.
ONE_SHOT = {
    "evaluate": "evaluate",
    "inspect": "inspect",
    "probe": "probe",
    "import-gguf": "gguf_import",
    "import-embedding": "embedding_import",
    "export-gguf": "gguf_export",
}


def main(arguments: list[str] | None = None) -> int:
    """Runs a command and returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m training_camp", description="Training Camp's trainer.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    train_parser = commands.add_parser("train", help="run one attempt of a run directory")
    train_parser.add_argument("--run", type=Path, required=True, metavar="DIR", help="the run directory")
    train_parser.add_argument("--attempt", required=True, metavar="ID", help="the attempt's id, for each event")
    for name in ONE_SHOT:
        one_shot = commands.add_parser(name, help="takes one JSON request on stdin")
        one_shot.add_argument(
            "--follow-parent", action="store_true", help="the request is one line; end when stdin closes"
        )
    options = parser.parse_args(arguments)
    if options.command == "train":
        from .train import train

        return train(options.run, options.attempt)
    from .oneshot import read_request

    request = read_request(follows_parent=options.follow_parent)
    module = importlib.import_module(f".{ONE_SHOT[options.command]}", __package__)
    return module.main(request)


if __name__ == "__main__":
    sys.exit(main())
