"""Peers for the trainer's benchmarks, in an environment of their own that borrows the trainer's packages."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import sysconfig
import venv

ROOT = pathlib.Path(__file__).resolve().parents[3]
PEERS = pathlib.Path(__file__).resolve().parent
PACKAGES = ["trl", "datasets"]


def peer_python() -> str:
    """Python with TRL, installed on the first call; torch and transformers are the trainer's own."""
    folder = ROOT / ".tools" / "bench" / "trl"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    marker = folder / "ready"
    if not marker.exists():
        print("installing TRL for the comparison …", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        own = subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        pathlib.Path(own, "trainer.pth").write_text(sysconfig.get_path("purelib") + "\n")
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        marker.write_text("ok")
    return str(python)


class Worker:
    """A process that trains on request: `go` on stdin, a line of JSON on stdout. Only one works at a time."""

    def __init__(self, python: str, script: str, options: dict[str, object]) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src" / "trainer"), "HF_HUB_OFFLINE": "1"}
        self._process = subprocess.Popen(
            [python, str(PEERS / script), json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self._read()

    def go(self, **request: object) -> dict[str, float]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._read()

    def close(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(timeout=60)

    def _read(self) -> dict[str, float]:
        assert self._process.stdout is not None
        while line := self._process.stdout.readline():
            if line.startswith("BENCH "):
                return json.loads(line[6:])
        raise RuntimeError("a worker ended early")
