"""What the trainer reads and writes."""

import json

import pytest

from support.runs import make_run, training_config
from training_camp.config import TrainingConfig, camel_case, decode, encode, load_run_file, snake_case
from training_camp.control import Control
from training_camp.errors import Stopped, TrainerError
from training_camp.events import EventLog
from training_camp.optim import learning_rate


def test_a_run_file_is_read_and_unknown_keys_are_skipped(tmp_path):
    folder = make_run(tmp_path / "run_a", "/models/a", train=2, validation=1)
    value = json.loads((folder / "config.json").read_text())
    value["config"]["aLaterKey"] = 1
    (folder / "config.json").write_text(json.dumps(value))
    run = load_run_file(folder)
    assert run.config.lora.target_modules == "all-linear"
    assert run.config.checkpoints.keep_last == 2


@pytest.mark.parametrize(
    ("change", "path"),
    [({"epochs": "3"}, "$.epochs"), ({"method": "ppo"}, "$.method"), ({"lora": {"rank": None}}, "$.lora.rank")],
)
def test_a_wrong_value_is_named_by_its_path(change, path):
    with pytest.raises(ValueError, match=path.replace("$", r"\$")):
        decode(TrainingConfig, training_config(**change))


def test_a_missing_key_is_an_error_because_defaults_live_in_the_protocol():
    value = training_config()
    del value["seed"]
    with pytest.raises(ValueError, match="seed"):
        decode(TrainingConfig, value)


def test_keys_travel_both_ways():
    value = training_config()
    assert encode(decode(TrainingConfig, value)) == value
    assert snake_case(camel_case("max_grad_norm")) == "max_grad_norm"


def test_events_start_on_a_new_line_behind_a_torn_one(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"v":1}\n{"v":')
    log = EventLog(path, "att_2")
    log.emit("step", grad_norm=float("nan"), loss=float("inf"), tokens=3)
    log.close()
    lines = path.read_text().splitlines()
    assert lines[:2] == ['{"v":1}', '{"v":']
    event = json.loads(lines[2])
    assert (event["gradNorm"], event["loss"], event["tokens"], event["attempt"]) == (None, None, 3, "att_2")


def test_a_torn_control_file_is_read_again(tmp_path):
    control = Control(tmp_path, "att_1")
    (tmp_path / "control.json").write_text('{"v":1,"att')
    assert control.command() == "run"
    (tmp_path / "control.json").write_text(json.dumps({"v": 1, "attempt": "att_1", "command": "stop"}))
    with pytest.raises(Stopped):
        control.check()


def test_a_damaged_run_file_is_an_error_a_person_can_act_on(tmp_path):
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(TrainerError):
        load_run_file(tmp_path)


@pytest.mark.parametrize("schedule", ["cosine", "linear", "constant"])
def test_the_learning_rate_rises_to_its_peak_and_falls_to_its_floor(schedule):
    config = decode(TrainingConfig, training_config(schedule=schedule, learningRate=1.0))
    rates = [learning_rate(step, 100, config) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == pytest.approx(1.0)
    assert rates[:10] == sorted(rates[:10])
    assert rates[-1] == pytest.approx(1.0 if schedule == "constant" else 0.1, abs=0.02)
