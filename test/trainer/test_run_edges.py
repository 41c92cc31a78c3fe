"""Runs at the edges of what a configuration may say, and with what a resume may find missing."""

import json
import shutil

import pytest

from support.runs import adapter_bytes, events, finish, make_run, rows
from training_camp import sft

BIG = {"everySteps": None, "everySeconds": 600, "keepLast": 9}


@pytest.mark.parametrize(
    ("train", "changes", "steps"),
    [
        pytest.param(1, {"epochs": 1}, 1, id="one row"),
        pytest.param(1, {"epochs": 1, "packing": False, "tokensPerStep": 8}, 1, id="a row longer than a step"),
        pytest.param(40, {"epochs": 9, "maxSteps": 2}, 2, id="less than an epoch"),
        pytest.param(
            6, {"epochs": 1, "tokensPerStep": 16, "microBatchTokens": 8}, 6, id="every row longer than a step"
        ),
        pytest.param(40, {"epochs": 0.01}, 1, id="less than a step"),
    ],
)
def test_a_small_run_is_whole(tiny_model, tmp_path, train, changes, steps):
    folder = make_run(tmp_path / "run_small", tiny_model, train=train, validation=0, **changes)
    assert finish(folder) == 0
    assert events(folder, "plan")[0]["totalSteps"] == len(events(folder, "step")) == steps
    assert events(folder, "eval") == []
    [done] = events(folder, "done")
    assert (done["state"], done["step"], done["checkpoint"]) == ("completed", steps, f"step-{steps:06d}")
    assert adapter_bytes(folder)


def test_less_than_an_epoch_is_still_validated(tiny_model, tmp_path):
    folder = make_run(tmp_path / "run_short", tiny_model, maxSteps=1)
    assert finish(folder) == 0
    assert [event["step"] for event in events(folder, "eval")] == [1]


def test_many_micro_batches_train_like_one(tiny_model, tmp_path):
    found = []
    for tokens in (None, 40):
        folder = make_run(tmp_path / f"run_{tokens}", tiny_model, epochs=1, microBatchTokens=tokens)
        assert finish(folder) == 0
        found.append([event["loss"] for event in events(folder, "step")])
    assert found[0] == pytest.approx(found[1], rel=1e-4)


def test_validation_rows_that_cannot_be_used_leave_the_last_checkpoint(tiny_model, tmp_path):
    context = {"kind": "chat", "messages": [{"role": "user", "content": "only a question"}]}
    folder = make_run(tmp_path / "run_blind", tiny_model, data=[*rows(20), context], validation=1, epochs=1)
    assert finish(folder) == 0
    assert any("No validation row" in event["message"] for event in events(folder, "log"))
    assert events(folder, "done")[0]["checkpoint"] == events(folder, "checkpoint")[-1]["name"]


def best_is_the_first(monkeypatch, session_losses):
    losses = iter(session_losses)
    monkeypatch.setattr(sft, "validation_loss", lambda *_: (next(losses), 10))


def test_a_best_checkpoint_that_was_lost_is_named_and_the_best_that_is_left_is_published(
    tiny_model, tmp_path, monkeypatch
):
    folder = make_run(tmp_path / "run_lost", tiny_model, epochs=3, checkpoints=BIG)
    best_is_the_first(monkeypatch, [1.0, 3.0, 2.0])
    assert finish(folder) == 0
    first, second, third = sorted(entry.name for entry in (folder / "checkpoints").iterdir())
    assert events(folder, "done")[0]["checkpoint"] == first
    # As if it had been killed after the second epoch, and a disk had lost the best one.
    shutil.rmtree(folder / "checkpoints" / first)
    shutil.rmtree(folder / "checkpoints" / third)
    best_is_the_first(monkeypatch, [2.0])
    assert finish(folder, "att_2") == 0
    [alert] = events(folder, "alert", "att_2")
    assert alert["code"] == "checkpoint_rejected"
    assert first in alert["message"]
    assert events(folder, "plan", "att_2")[0]["resumedFrom"] == second
    assert events(folder, "done", "att_2")[0]["checkpoint"] == third
    assert json.loads((folder / "adapter" / "training.json").read_text())["checkpoint"] == third


def test_a_best_checkpoint_damaged_while_the_run_goes_on_is_not_published(tiny_model, tmp_path, monkeypatch):
    folder = make_run(tmp_path / "run_torn", tiny_model, epochs=2, checkpoints=BIG)

    def validate(session, _tokens):
        known = sorted(session.checkpoints.folder.glob("step-*"))
        for checkpoint in known:
            (checkpoint / "manifest.json").write_text("torn")
        return (2.0 if known else 1.0), 10

    monkeypatch.setattr(sft, "validation_loss", validate)
    assert finish(folder) == 0
    [done] = events(folder, "done")
    assert done["checkpoint"] == events(folder, "checkpoint")[-1]["name"]
    assert [event["code"] for event in events(folder, "alert")] == ["checkpoint_rejected"]


def test_a_validation_loss_that_is_not_finite_is_never_the_best(tiny_model, tmp_path, monkeypatch):
    folder = make_run(tmp_path / "run_nan", tiny_model, epochs=2)
    best_is_the_first(monkeypatch, [float("nan"), 5.0])
    assert finish(folder) == 0
    assert [(event["loss"], event["best"]) for event in events(folder, "eval")] == [(None, False), (5.0, True)]
    assert events(folder, "done")[0]["checkpoint"] == events(folder, "checkpoint")[-1]["name"]


def test_nothing_follows_the_end_of_a_run(tiny_model, tmp_path):
    folder = make_run(tmp_path / "run_end", tiny_model, epochs=1, telemetrySeconds=0.001)
    assert finish(folder) == 0
    assert events(folder, "telemetry") != []
    assert events(folder)[-1]["kind"] == "done"
