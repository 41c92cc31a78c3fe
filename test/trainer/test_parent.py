"""A one-shot command ends with whoever asked for it; a run does not."""

import json
import os
import signal
import subprocess
import sys

import psutil
import pytest

from support.runs import SOURCES, control, events, make_run, until

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(SOURCES)}

# A command of the real frame that works for ever: in Python, or deaf to interrupts as in a long kernel.
COMMAND = """
import signal, sys, time
from training_camp import oneshot, parent
from training_camp.files import atomic_file
import pathlib
deaf, path = sys.argv[1] == "deaf", pathlib.Path(sys.argv[2])
if deaf:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
def work(request, emit):
    with atomic_file(path) as file:
        file.write(b"half")
        emit({"kind": "progress", "phase": request["phase"]})
        while True:
            time.sleep(0.05)
parent.end_with_parent.__defaults__ = (0.1 if deaf else 30.0,)
sys.exit(oneshot.run_request(oneshot.read_request(follows_parent=True), work))
"""
# Starts its arguments as a child, writes the request and leaves standard input open.
CALLER = """
import subprocess, sys, time
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE)
child.stdin.write(b'{"phase": "waiting"}\\n')
child.stdin.flush()
print(child.pid, flush=True)
time.sleep(600)
"""


def is_gone(process):
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("kind", ["ordinary", "deaf"])
def test_a_command_ends_when_its_caller_is_killed(tmp_path, kind):
    command = [sys.executable, "-c", COMMAND, kind, str(tmp_path / "out" / "file")]
    caller = subprocess.Popen(
        [sys.executable, "-c", CALLER, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT
    )
    child = psutil.Process(int(caller.stdout.readline()))
    assert json.loads(caller.stdout.readline()) == {"kind": "progress", "phase": "waiting"}
    assert len(list((tmp_path / "out").iterdir())) == 1
    caller.kill()
    caller.wait()
    until(lambda: is_gone(child), seconds=60)
    if kind == "ordinary":
        assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("options", [[], ["--follow-parent"]])
def test_an_answer_comes_with_and_without_a_caller_to_follow(options):
    command = subprocess.Popen(
        [sys.executable, "-m", "training_camp", "inspect", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=ENVIRONMENT,
    )
    command.stdin.write(b'{"model": 3}\n')
    command.stdin.flush()
    if not options:
        command.stdin.close()
    assert json.loads(command.stdout.readline())["code"] == "bad_request"
    assert command.wait(60) == 1


@pytest.mark.skipif(os.name == "nt", reason="a closed terminal is a POSIX thing")
def test_a_run_goes_on_without_its_parent(tiny_model, tmp_path):
    folder = make_run(tmp_path / "run_orphan", tiny_model, epochs=1000)
    arguments = ["-m", "training_camp", "train", "--run", str(folder), "--attempt", "att_1"]
    caller = subprocess.Popen(
        [sys.executable, "-c", CALLER, sys.executable, *arguments], stdout=subprocess.PIPE, env=ENVIRONMENT
    )
    child = psutil.Process(int(caller.stdout.readline()))
    until(lambda: events(folder, "step"))
    os.kill(caller.pid, signal.SIGKILL)
    caller.wait()
    seen = events(folder, "step")[-1]["step"]
    until(lambda: events(folder, "step")[-1]["step"] > seen + 2)
    control(folder, "att_1", "discard")
    until(lambda: is_gone(child), seconds=60)
    assert events(folder, "done")[0]["state"] == "cancelled"
