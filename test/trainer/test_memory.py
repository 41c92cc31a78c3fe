"""Memory: what fits, and what happens when it does not. A full disk as well."""

import os
import subprocess

import pytest
import torch

from support.corpora import random_corpus
from support.runs import events, finish, make_run, training_config
from training_camp.config import TrainingConfig, decode
from training_camp.control import Control
from training_camp.errors import TrainerError
from training_camp.events import EventLog
from training_camp.fit import Costs, Fit, choose_fit, shrink
from training_camp.loop import Trainer
from training_camp.session import open_session


def config(**changes):
    return decode(TrainingConfig, training_config(**changes))


def test_the_first_fit_prefers_smaller_micro_batches_to_checkpointing():
    costs = Costs(fixed_bytes=0, bytes_per_token=100, bytes_per_token_checkpointed=10)
    wide = config(tokensPerStep=1024)
    assert choose_fit(wide, costs, 10**9, "cpu", 64) == Fit(1024, False)
    assert choose_fit(wide, costs, 50_000, "cpu", 64) == Fit(256, False)
    assert choose_fit(wide, costs, 2_000, "cpu", 64) == Fit(64, True)


def test_shrinking_ends_at_the_longest_document_with_checkpointing():
    fit, found = Fit(1024, False), []
    while fit is not None:
        found.append((fit.micro_batch_tokens, fit.gradient_checkpointing))
        fit = shrink(fit, config(), 300)
    assert found == [(1024, False), (512, False), (300, False), (300, True)]
    assert shrink(Fit(300, False), config(gradientCheckpointing="off"), 300) is None


@pytest.fixture
def trainer(tiny_model, tmp_path, monkeypatch):
    """A trainer in this process, whose forward pass refuses micro-batches above a limit as an allocator would."""
    from training_camp.config import load_run_file

    folder = make_run(tmp_path / "run_memory", tiny_model, tokensPerStep=256, validation=0)
    log = EventLog(folder / "events.jsonl", "att_1")
    session = open_session(folder, load_run_file(folder), log, Control(folder, "att_1"))
    original = session.policy.loss
    limit = {"tokens": 128}

    def loss(batch, total_weight, **options):
        if batch.tokens > limit["tokens"]:
            raise torch.OutOfMemoryError("no room")
        return original(batch, total_weight, **options)

    monkeypatch.setattr(session.policy, "loss", loss)
    yield Trainer(session), folder, limit
    log.close()


def test_out_of_memory_halves_the_micro_batch_and_keeps_the_steps(trainer, tiny_model, tmp_path):
    subject, folder, _ = trainer
    subject.prepare()
    subject.run()
    assert [alert["code"] for alert in events(folder, "alert")] == ["out_of_memory_retry"]
    assert events(folder, "plan")[0]["microBatchTokens"] == 128
    roomy = make_run(tmp_path / "run_roomy", tiny_model, tokensPerStep=256, validation=0)
    assert finish(roomy) == 0
    wide, narrow = events(roomy, "step"), events(folder, "step")
    assert [event["tokens"] for event in wide] == [event["tokens"] for event in narrow]
    assert max(abs(left["loss"] - right["loss"]) for left, right in zip(wide, narrow, strict=True)) < 1e-3


def test_out_of_memory_in_the_middle_of_a_run_repeats_the_step(trainer):
    subject, folder, limit = trainer
    limit["tokens"] = 256
    subject.prepare()
    limit["tokens"] = 128
    subject.run()
    steps = [event["step"] for event in events(folder, "step")]
    assert steps == list(range(1, len(steps) + 1))
    assert events(folder, "alert")[0]["code"] == "out_of_memory_retry"


def test_too_little_memory_for_one_document_ends_with_a_hint(trainer):
    subject, _, limit = trainer
    limit["tokens"] = 1
    with pytest.raises(TrainerError) as caught:
        subject.prepare()
    assert caught.value.reason == "out_of_memory"
    assert caught.value.hint is not None


def test_a_full_disk_ends_the_run_and_leaves_nothing_half_written(tiny_model, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small tmpfs cannot be mounted here")
    try:
        folder = make_run(disk / "run_full", tiny_model, epochs=3)
        assert finish(folder) == 1
        error = events(folder, "error")[0]
        assert (error["reason"], error["transient"]) == ("disk_full", False)
        assert not (folder / "adapter").exists()
        assert [name for name in os.listdir(folder / "checkpoints") if name.startswith(".")] == []
        used = os.statvfs(disk)
        assert used.f_bavail > 0
    finally:
        subprocess.run(["umount", str(disk)], check=False)


def test_documents_are_never_lost_between_micro_batches():
    corpus = random_corpus([30, 40, 50])
    assert corpus.trained_tokens == int((corpus.weights > 0).sum())
