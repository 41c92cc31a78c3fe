"""Whole runs in processes of their own, from the run directory and back into it."""

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from safetensors.torch import load_file

from support.models import random_model
from support.runs import adapter_bytes, control, events, finish, make_run, rows, start, until

LAST = {"rank": 4, "alpha": 8, "targetModules": "all-linear", "lastLayers": 3}
ALL = {"rank": 4, "alpha": 8, "targetModules": "all-linear", "lastLayers": None}


@pytest.fixture(scope="module")
def unbroken(tiny_model, tmp_path_factory):
    """One whole run for each choice of layers."""
    runs = {}
    for name, lora in (("all", ALL), ("last", LAST)):
        folder = make_run(tmp_path_factory.mktemp(name) / "run_whole", tiny_model, lora=lora, epochs=3)
        assert finish(folder) == 0
        runs[name] = folder
    return runs


def test_a_run_reports_its_plan_and_every_step_and_publishes(unbroken):
    folder = unbroken["all"]
    plan = events(folder, "plan")[0]
    steps = events(folder, "step")
    assert [event["step"] for event in steps] == list(range(1, plan["totalSteps"] + 1))
    assert plan["trainedTokensPerEpoch"] < plan["tokensPerEpoch"]
    assert sum(event["tokens"] for event in steps) == 3 * plan["tokensPerEpoch"]
    assert sum(event["trainedTokens"] for event in steps) == 3 * plan["trainedTokensPerEpoch"]
    assert [event["seq"] for event in events(folder)] == list(range(1, len(events(folder)) + 1))
    evals = events(folder, "eval")
    assert len(evals) == 3
    done = events(folder, "done")[0]
    assert done["state"] == "completed"
    best = min(evals, key=lambda event: event["loss"])
    assert done["checkpoint"] == f"step-{best['step']:06d}"
    saved = [event["sha256"] for event in events(folder, "checkpoint") if event["name"] == done["checkpoint"]]
    assert done["adapterSha256"] == saved[-1]
    assert steps[-1]["loss"] < steps[0]["loss"]
    leftovers = [entry.name for entry in folder.iterdir() if entry.name.startswith(".")]
    assert leftovers == []


def test_the_adapter_loads_in_plain_peft(unbroken, tiny_model):
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    folder = unbroken["all"] / "adapter"
    base = AutoModelForCausalLM.from_pretrained(tiny_model)
    ids = torch.tensor([[3, 4, 5, 6, 7]])
    before = base(input_ids=ids).logits.detach()
    model = PeftModel.from_pretrained(base, folder)
    assert not torch.allclose(model(input_ids=ids).logits, before)
    training = json.loads((folder / "training.json").read_text())
    assert training["baseModel"]["id"] == "tiny"
    assert training["metrics"]["validationLoss"] > 0


@pytest.mark.parametrize("layers", ["all", "last"])
def test_a_run_stopped_at_40_percent_and_resumed_is_bit_identical(layers, unbroken, tiny_model, tmp_path):
    folder = make_run(tmp_path / "run_stopped", tiny_model, lora=ALL if layers == "all" else LAST, epochs=3)
    total = events(unbroken[layers], "plan")[0]["totalSteps"]
    with ThreadPoolExecutor() as pool:
        running = pool.submit(finish, folder, "att_1")
        until(lambda: running.done() or len(events(folder, "step")) >= 0.4 * total)
        control(folder, "att_1", "stop")
        assert running.result(timeout=60) == 0
    done = events(folder, "done", "att_1")[0]
    assert done["state"] == "cancelled"
    assert 0 < done["step"] < total
    assert finish(folder, "att_2") == 0
    plan = events(folder, "plan", "att_2")[0]
    assert plan["resumedFrom"] == done["checkpoint"]
    assert plan["firstStep"] == done["step"]
    assert [event["step"] for event in events(folder, "step", "att_2")] == list(range(done["step"] + 1, total + 1))
    assert adapter_bytes(folder) == adapter_bytes(unbroken[layers])


@pytest.mark.parametrize("layers", ["all", "last"])
def test_a_killed_run_resumes_from_its_last_checkpoint_bit_identical(layers, unbroken, tiny_model, tmp_path):
    folder = make_run(tmp_path / "run_killed", tiny_model, lora=ALL if layers == "all" else LAST, epochs=3)
    process = start(folder)
    until(lambda: len(events(folder, "checkpoint")) >= 1 and events(folder)[-1]["kind"] == "step", process)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=60)
    # Half a line, as a kill in the middle of a write leaves it.
    with open(folder / "events.jsonl", "ab") as file:
        file.write(b'{"v":1,"kind":"st')
    assert finish(folder, "att_2") == 0
    checkpoints = [event["name"] for event in events(folder, "checkpoint", "att_1")]
    assert events(folder, "plan", "att_2")[0]["resumedFrom"] == checkpoints[-1]
    assert adapter_bytes(folder) == adapter_bytes(unbroken[layers])


@pytest.mark.parametrize("damage", ["torn", "flipped", "truncated", "unfinished"])
def test_a_damaged_checkpoint_is_named_and_the_one_before_is_used(damage, tiny_model, tmp_path):
    folder = make_run(tmp_path / "run_damaged", tiny_model, epochs=3)
    assert finish(folder) == 0
    names = sorted(entry.name for entry in (folder / "checkpoints").iterdir())
    newest = folder / "checkpoints" / names[-1]
    weights = newest / "adapter.safetensors"
    if damage == "torn":
        (newest / "manifest.json").write_text('{"v": 1, "sha')
    elif damage == "flipped":
        data = bytearray(weights.read_bytes())
        data[-5] ^= 1
        weights.write_bytes(data)
    elif damage == "truncated":
        os.truncate(newest / "optimizer.safetensors", 100)
    else:
        (newest / "manifest.json").unlink()
    expected = adapter_bytes(folder)
    assert finish(folder, "att_2") == 0
    alert = events(folder, "alert", "att_2")[0]
    assert alert["code"] == "checkpoint_rejected"
    assert names[-1] in alert["message"]
    assert events(folder, "plan", "att_2")[0]["resumedFrom"] == names[-2]
    assert adapter_bytes(folder) == expected


def test_a_command_for_another_attempt_is_ignored(tiny_model, tmp_path):
    folder = make_run(tmp_path / "run_other", tiny_model)
    control(folder, "att_0", "discard")
    assert finish(folder, "att_1") == 0
    assert events(folder, "done")[0]["state"] == "completed"


def test_discard_ends_without_a_new_checkpoint(tiny_model, tmp_path):
    folder = make_run(tmp_path / "run_discard", tiny_model, epochs=100)
    with ThreadPoolExecutor() as pool:
        running = pool.submit(finish, folder)
        until(lambda: running.done() or len(events(folder, "step")) >= 2)
        control(folder, "att_1", "discard")
        assert running.result(timeout=60) == 0
    done = events(folder, "done")[0]
    assert (done["state"], done["adapter"]) == ("cancelled", None)
    assert events(folder)[-2]["kind"] != "checkpoint"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to catch")
def test_a_termination_signal_stops_with_a_checkpoint(tiny_model, tmp_path):
    folder = make_run(tmp_path / "run_term", tiny_model, epochs=100)
    process = start(folder)
    until(lambda: len(events(folder, "step")) >= 2, process)
    process.terminate()
    assert process.wait(timeout=60) == 0
    done = events(folder, "done")[0]
    assert done["state"] == "cancelled"
    assert done["checkpoint"] == f"step-{done['step']:06d}"


def test_a_diverging_run_fails_and_publishes_nothing(tiny_model, tmp_path):
    folder = make_run(tmp_path / "run_wild", tiny_model, learningRate=1e6, maxGradNorm=None)
    assert finish(folder) == 1
    error = events(folder, "error")[0]
    assert (error["reason"], error["transient"]) == ("diverged", False)
    assert not (folder / "adapter").exists()
    assert any(alert["code"] in ("not_finite", "diverging") for alert in events(folder, "alert"))


def test_a_loss_that_is_not_finite_names_the_rows_of_its_step(tmp_path, tiny_model):
    from support.models import save_tiny_model

    model = save_tiny_model(tmp_path / "broken", "llama")
    weights = load_file(model / "model.safetensors")
    from safetensors.torch import save_file

    weights["model.layers.0.mlp.up_proj.weight"][0, 0] = float("inf")
    save_file(weights, model / "model.safetensors", {"format": "pt"})
    folder = make_run(tmp_path / "run_nan", model)
    assert finish(folder) == 1
    alert = next(alert for alert in events(folder, "alert") if alert["code"] == "not_finite")
    assert alert["rows"]
    assert events(folder, "error")[0]["reason"] == "diverged"
    assert events(folder, "step")[0]["loss"] is None
    assert not list((folder / "checkpoints").iterdir())


def test_a_run_starts_from_another_runs_checkpoint(unbroken, tiny_model, tmp_path):
    parent = unbroken["all"]
    link = tmp_path / "run_whole"
    link.symlink_to(parent)
    name = events(parent, "done")[0]["checkpoint"]
    folder = make_run(
        tmp_path / "run_more", tiny_model, start_from={"runId": "run_whole", "checkpoint": name}, epochs=1
    )
    assert finish(folder) == 0
    assert events(folder, "step")[0]["loss"] < events(parent, "step")[0]["loss"]
    lost = make_run(tmp_path / "run_lost", tiny_model, start_from={"runId": "run_whole", "checkpoint": "step-999999"})
    assert finish(lost) == 1
    assert events(lost, "error")[0]["reason"] == "data"


def test_rows_that_cannot_be_trained_on_fail_the_run_when_they_are_many(tiny_model, tmp_path):
    data = list(rows(20))
    for row in data[:9]:
        row["messages"][1]["weight"] = 0
    folder = make_run(tmp_path / "run_few", tiny_model, data=data, validation=0)
    assert finish(folder) == 1
    assert events(folder, "error")[0]["reason"] == "data"
    assert events(folder, "alert")[0]["code"] == "rows_dropped"


def test_no_row_to_train_on_fails_the_run(tiny_model, tmp_path):
    folder = make_run(tmp_path / "run_none", tiny_model, maxLength=16)
    assert finish(folder) == 1
    assert events(folder, "alert")[0]["code"] == "no_trained_tokens"


def test_an_unknown_module_is_an_error_with_a_hint(tiny_model, tmp_path):
    lora = {"rank": 4, "alpha": 8, "targetModules": ["q_prog"], "lastLayers": None}
    folder = make_run(tmp_path / "run_typo", tiny_model, lora=lora)
    assert finish(folder) == 1
    error = events(folder, "error")[0]
    assert error["reason"] == "model"
    assert "q_proj" in error["hint"]


def test_packing_off_takes_the_same_steps(unbroken, tiny_model, tmp_path):
    folder = make_run(tmp_path / "run_single", tiny_model, packing=False, epochs=3)
    assert finish(folder) == 0
    packed, single = events(unbroken["all"], "step"), events(folder, "step")
    assert [event["tokens"] for event in packed] == [event["tokens"] for event in single]
    assert max(abs(left["loss"] - right["loss"]) for left, right in zip(packed, single, strict=True)) < 1e-3


def test_early_stopping_ends_a_run_that_no_longer_gains(tiny_model, tmp_path):
    stopping = {"enabled": True, "patience": 2, "minDelta": 100.0}
    folder = make_run(tmp_path / "run_early", tiny_model, epochs=50, earlyStopping=stopping)
    assert finish(folder) == 0
    assert len(events(folder, "eval")) == 3


def test_telemetry_tells_what_it_knows_and_null_for_the_rest(tiny_model, tmp_path):
    folder = make_run(tmp_path / "run_seen", tiny_model, telemetrySeconds=0.01)
    assert finish(folder) == 0
    samples = events(folder, "telemetry")
    assert samples[-1]["rssBytes"] > 0
    if not torch.cuda.is_available():
        assert {samples[-1][key] for key in ("gpuPercent", "gpuMemoryBytes", "gpuTemperatureC", "gpuPowerW")} == {None}


def test_a_model_with_pickled_weights_is_refused(tmp_path, tiny_model):
    model = tmp_path / "pickled"
    model.mkdir()
    random_model("llama").config.save_pretrained(model)
    (model / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    folder = make_run(tmp_path / "run_pickle", model)
    assert finish(folder) == 1
    assert events(folder, "error")[0]["reason"] == "model"
