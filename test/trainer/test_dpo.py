"""Preference optimisation: what it does with pairs, and whole runs. Its arithmetic is in test_dpo_loss.py."""

import json
import math
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from support.models import tokenizer
from support.runs import WORDS, adapter_bytes, control, events, finish, make_run, preferences, rows, until
from training_camp import reference
from training_camp.control import Control
from training_camp.corpus import read_pairs
from training_camp.data import Encoder
from training_camp.events import EventLog
from training_camp.objective import Evaluation
from training_camp.pairs import encode_pairs
from training_camp.preference_watch import PreferenceWatch
from training_camp.train import run_attempt

LAST = {"rank": 4, "alpha": 8, "targetModules": "all-linear", "lastLayers": 3}
ALL = {**LAST, "lastLayers": None}


def answer(text, **more):
    return {"role": "assistant", "content": text, **more}


def pair(chosen, rejected, *, prompt=None):
    messages = [{"role": "user", "content": "which one"}] if prompt is None else prompt
    return {"kind": "preference", "messages": messages, "chosen": [answer(chosen)], "rejected": [answer(rejected)]}


def encoded(row, **limits):
    encoder = Encoder(tokenizer(), max_length=limits.pop("max_length", 256), **limits)
    return next(encode_pairs(encoder, [(0, row)]))


# Pairs


def test_a_pair_is_its_prompt_with_each_answer_and_only_the_answers_are_trained():
    prompt = [{"role": "user", "content": "one"}, answer("earlier"), {"role": "user", "content": "two"}]
    found = encoded(pair("yes", "no", prompt=prompt))
    assert found.drop is None
    decode = tokenizer().decode
    for side, text in ((found.chosen, "yes<|end|>"), (found.rejected, "no<|end|>")):
        assert decode([token for token, trained in zip(side.ids, side.trained, strict=True) if trained]) == text
        assert "earlier" in decode(side.ids)


@pytest.mark.parametrize("long", ["chosen", "rejected"])
def test_a_pair_with_one_side_too_long_is_left_out_whole(long):
    sides = {"chosen": "short", "rejected": "brief", long: "word " * 80}
    assert encoded(pair(**sides), max_length=100).drop == "too_long"


def test_a_pair_may_be_cut_where_that_is_wanted_unless_nothing_differs_then():
    kept = encoded(pair("aaaa" * 40, "bbbb" * 40), max_length=100, overlong="truncate")
    assert kept.drop is None
    assert len(kept.chosen.ids) == len(kept.rejected.ids) == 100
    same = encoded(pair("a" * 200 + "b", "a" * 200 + "c"), max_length=100, overlong="truncate")
    assert same.drop == "pair_equal"
    prompt = [{"role": "user", "content": "word " * 40}]
    assert encoded(pair("a", "b", prompt=prompt), max_length=100, overlong="truncate").drop == "truncated_away"


def test_a_pair_whose_sides_are_the_same_tokens_is_left_out():
    assert encoded(pair("equal", "equal")).drop == "pair_equal"


def test_two_answers_to_different_prompts_are_no_preference():
    row = pair("yes", "no")
    row["chosen"].insert(0, {"role": "user", "content": "this?"})
    row["rejected"].insert(0, {"role": "user", "content": "that?"})
    assert encoded(row).drop == "prompt_differs"


def test_what_is_left_out_is_told_and_too_much_of_it_fails_the_run(tiny_model, tmp_path):
    data = [*preferences(20), pair("equal", "equal"), pair("x" * 300, "short")]
    folder = make_run(tmp_path / "run_some", tiny_model, data=data, validation=0, method="dpo", epochs=1)
    assert finish(folder) == 0
    assert events(folder, "plan")[0]["droppedRows"] == {"pair_equal": 1, "too_long": 1}
    assert events(folder, "plan")[0]["rows"] == 20
    folder = make_run(tmp_path / "run_most", tiny_model, data=data[-4:], validation=0, method="dpo")
    assert finish(folder) == 1
    assert "too_long 1" in events(folder, "error")[0]["message"]


def test_rows_of_another_kind_are_refused_with_the_method_that_takes_them(tiny_model, tmp_path):
    folder = make_run(tmp_path / "run_chats", tiny_model, data=list(rows(8)), validation=0, method="dpo")
    assert finish(folder) == 1
    error = events(folder, "error")[0]
    assert error["reason"] == "data"
    assert "sft" in error["hint"]


# Runs


def preference_run(folder, model, **changes):
    changes = {"lora": ALL, "epochs": 2, **changes}
    return make_run(folder, model, data=list(preferences(40)), method="dpo", **changes)


@pytest.fixture(scope="module")
def unbroken(tiny_model, tmp_path_factory):
    """One whole run for each choice of layers."""
    runs = {}
    for name, lora in (("all", ALL), ("last", LAST)):
        folder = preference_run(tmp_path_factory.mktemp(name) / "run_whole", tiny_model, lora=lora)
        assert finish(folder) == 0
        runs[name] = folder
    return runs


@pytest.mark.parametrize("layers", ["all", "last"])
def test_a_run_starts_without_a_margin_and_ends_with_one(layers, unbroken):
    folder = unbroken[layers]
    steps, evaluations = events(folder, "step"), events(folder, "eval")
    first = steps[0]
    assert (first["rewardMargin"], first["klEstimate"], first["chosenChangePerToken"]) == (0, 0, 0)
    assert first["preferenceLoss"] == pytest.approx(math.log(2))
    assert first["loss"] == pytest.approx(first["preferenceLoss"] + first["sftLoss"], rel=1e-5)
    assert steps[-1]["rewardMargin"] > 0.05
    assert [event["step"] for event in evaluations][:2] == [0, events(folder, "plan")[0]["totalSteps"] / 2]
    start, end = evaluations[0], evaluations[-1]
    assert start["rewardMargin"] == 0
    assert not start["best"]
    assert end["best"]
    assert end["chosenLogProbPerToken"] > start["chosenLogProbPerToken"]
    assert end["rawPreference"] >= start["rawPreference"]
    told = json.loads((folder / "adapter" / "training.json").read_text())["preference"]
    for key, evaluation in (("before", start), ("after", end)):
        names = ("rawPreference", "chosenLogProbPerToken", "rejectedLogProbPerToken")
        assert told[key] == {name: pytest.approx(evaluation[name]) for name in names}
    phases = [event["phase"] for event in events(folder, "phase") if event["status"] == "start"]
    assert phases.index("fitting") < phases.index("reference") < phases.index("training")
    training = json.loads((folder / "adapter" / "training.json").read_text())
    assert training["method"] == "dpo"


def test_the_reference_is_the_base_model_itself(unbroken, tiny_model):
    folder = unbroken["all"]
    found = load_file(folder / "reference.safetensors")["train"]
    corpus = read_pairs(folder / "rows.jsonl", folder / "data" / "train.idx", Encoder(tokenizer(), max_length=256))
    assert found.numel() == corpus.trained_tokens
    base = AutoModelForCausalLM.from_pretrained(tiny_model)
    end = int(corpus.starts[1])
    ids = torch.tensor(corpus.ids[:end].astype("int64"))
    trained = torch.tensor(corpus.weights[1:end]) > 0
    with torch.no_grad():
        logits = base(input_ids=ids[None]).logits[0].log_softmax(-1)
    expected = logits[:-1].gather(1, ids[1:, None])[:, 0][trained]
    assert torch.allclose(found[: expected.numel()], expected, atol=1e-4)


@pytest.mark.parametrize("layers", ["all", "last"])
@pytest.mark.parametrize("is_cached", [True, False])
def test_a_stopped_run_resumes_bit_identical_with_the_reference_it_had(
    layers, is_cached, unbroken, tiny_model, tmp_path
):
    folder = preference_run(tmp_path / "run_stopped", tiny_model, lora=ALL if layers == "all" else LAST)
    total = events(unbroken[layers], "plan")[0]["totalSteps"]
    with ThreadPoolExecutor() as pool:
        running = pool.submit(finish, folder, "att_1")
        until(lambda: running.done() or len(events(folder, "step")) >= 0.4 * total)
        control(folder, "att_1", "stop")
        assert running.result(timeout=60) == 0
    done = events(folder, "done", "att_1")[0]
    assert 0 < done["step"] < total
    if not is_cached:
        (folder / "reference.safetensors").write_bytes(b"torn")
    assert finish(folder, "att_2") == 0
    phases = [event["phase"] for event in events(folder, "phase", "att_2")]
    assert ("reference" in phases) != is_cached
    assert events(folder, "plan", "att_2")[0]["resumedFrom"] == done["checkpoint"]
    assert adapter_bytes(folder) == adapter_bytes(unbroken[layers])


def test_another_datasets_reference_is_not_used(unbroken, tiny_model, tmp_path):
    folder = preference_run(tmp_path / "run_other", tiny_model, maxSteps=1, validation=6)
    shutil.copy(unbroken["all"] / "reference.safetensors", folder)
    assert finish(folder) == 0
    assert any(event["phase"] == "reference" for event in events(folder, "phase"))


def test_a_run_that_begins_with_an_adapter_is_compared_with_it(unbroken, tiny_model, tmp_path):
    (tmp_path / "run_whole").symlink_to(unbroken["all"])
    name = events(unbroken["all"], "done")[0]["checkpoint"]
    start = {"runId": "run_whole", "checkpoint": name}
    folder = preference_run(tmp_path / "run_more", tiny_model, start_from=start, epochs=1)
    assert finish(folder) == 0
    first, before = events(folder, "eval")[0], events(unbroken["all"], "eval")[-1]
    assert first["chosenLogProbPerToken"] == pytest.approx(before["chosenLogProbPerToken"], abs=1e-5)
    assert events(folder, "step")[0]["rewardMargin"] == 0


def test_many_micro_batches_train_like_one_and_so_does_a_pair_alone(tiny_model, tmp_path):
    found = []
    for name, changes in (("one", {}), ("many", {"microBatchTokens": 80}), ("alone", {"packing": False})):
        folder = preference_run(tmp_path / f"run_{name}", tiny_model, epochs=1, **changes)
        assert finish(folder) == 0
        found.append([event[key] for event in events(folder, "step") for key in ("loss", "rewardMargin")])
    assert found[0] == pytest.approx(found[1], abs=1e-4)
    assert found[0] == pytest.approx(found[2], abs=1e-4)


def test_a_run_asked_to_stop_while_the_reference_is_computed_stops_there(tiny_model, tmp_path):
    folder = preference_run(tmp_path / "run_early", tiny_model, tokensPerStep=64)
    with ThreadPoolExecutor() as pool:
        running = pool.submit(finish, folder, "att_1")
        until(lambda: running.done() or any(e["phase"] == "reference" for e in events(folder, "phase")))
        control(folder, "att_1", "stop")
        assert running.result(timeout=60) == 0
    assert events(folder, "done")[0]["state"] == "cancelled"
    assert finish(folder, "att_2") == 0


class StopsInTheReference(Control):
    """Asks to stop, as the worker would, once so many micro-batches of the reference were let through."""

    def __init__(self, folder, attempt, passes):
        super().__init__(folder, attempt)
        self._folder, self._attempt, self._passes = folder, attempt, passes

    def check(self):
        if any(event["phase"] == "reference" for event in events(self._folder, "phase")):
            self._passes -= 1
            if self._passes < 0:
                control(self._folder, self._attempt, "stop")
        super().check()


def passes_of_the_reference(monkeypatch, folder, attempt="att_1"):
    """The splits that an attempt's micro-batches of the reference were of, in order; the attempt is run to its end."""
    found = []

    def counting(session, *others):
        once = reference.collate
        with monkeypatch.context() as patch:
            patch.setattr(reference, "collate", lambda *given: (found.append(given[3]), once(*given))[1])
            return compute(session, *others)

    compute = reference._compute
    with monkeypatch.context() as patch:
        patch.setattr(reference, "_compute", counting)
        assert finish(folder, attempt) == 0
    return found


@pytest.mark.parametrize(("layers", "left"), [("all", 4), ("last", 4), ("last", 1)])
def test_what_was_computed_of_the_reference_is_kept_bit_for_bit(
    layers, left, unbroken, tiny_model, tmp_path, monkeypatch
):
    every = passes_of_the_reference(monkeypatch, preference_run(tmp_path / "run_whole", tiny_model))
    folder = preference_run(tmp_path / "run_stopped", tiny_model, lora=ALL if layers == "all" else LAST)
    assert run_attempt(folder, "att_1", StopsInTheReference(folder, "att_1", len(every) - left)) == 0
    assert events(folder, "done")[0]["state"] == "cancelled"
    assert passes_of_the_reference(monkeypatch, folder, "att_2") == every[-left:]
    assert not (folder / "reference.part.safetensors").exists()
    whole = unbroken[layers]
    kept, computed = (load_file(one / "reference.safetensors") for one in (folder, whole))
    assert {name: value.tolist() for name, value in kept.items()} == {n: v.tolist() for n, v in computed.items()}
    assert adapter_bytes(folder) == adapter_bytes(whole)


@pytest.mark.parametrize("damage", ["torn", "other micro-batches"])
def test_a_draft_of_the_reference_that_does_not_fit_is_not_used(damage, tiny_model, tmp_path):
    folder = preference_run(tmp_path / "run_draft", tiny_model, epochs=1)
    assert run_attempt(folder, "att_1", StopsInTheReference(folder, "att_1", 3)) == 0
    if damage == "torn":
        (folder / "reference.part.safetensors").write_bytes(b"torn")
    else:
        file = json.loads((folder / "config.json").read_text())
        file["config"]["microBatchTokens"] = 100
        (folder / "config.json").write_text(json.dumps(file))
    assert finish(folder, "att_2") == 0
    assert not any("goes on from" in event["message"] for event in events(folder, "log", "att_2"))


# Alerts


def evaluation(chosen, raw):
    return Evaluation(1.0, 10, {"chosen_log_prob_per_token": chosen, "raw_preference": raw})


def watched(tmp_path):
    log = EventLog(tmp_path / "events.jsonl", "att_1")
    return PreferenceWatch(log)


def test_a_fall_of_the_chosen_answers_is_told_once(tmp_path):
    watch = watched(tmp_path)
    for step in range(1, 20):
        watch.on_step(step, {"chosen_change_per_token": -0.1 * step})
    [alert] = events(tmp_path, "alert")
    assert (alert["code"], alert["severity"]) == ("chosen_falls", "warning")
    # The mean over five steps passes -0.3 at the sixth.
    assert alert["step"] == 6


def test_falls_on_the_validation_split_are_told(tmp_path):
    watch = watched(tmp_path)
    watch.start(evaluation(-1.4, 0.94), 32)
    watch.on_evaluation(4, evaluation(-1.5, 0.91))
    assert events(tmp_path, "alert") == []
    watch.on_evaluation(8, evaluation(-7.3, 0.75))
    assert [alert["code"] for alert in events(tmp_path, "alert")] == ["chosen_falls", "preference_falls"]
    assert "94%" in events(tmp_path, "alert")[1]["message"]


def near_equal(count):
    for index in range(count):
        words = [WORDS[(index * step + step) % len(WORDS)] for step in range(1, 7)]
        text = " ".join(words)
        yield pair(text, text.replace(words[3], "other", 1))


def test_a_run_that_does_damage_alerts(tiny_model, tmp_path):
    pairs = list(near_equal(24))
    learned = [{"kind": "chat", "messages": [*row["messages"], *row["chosen"]]} for row in pairs]
    parent = make_run(tmp_path / "run_sft", tiny_model, data=learned, validation=0, learningRate=1e-2, epochs=6)
    assert finish(parent) == 0
    folder = make_run(
        tmp_path / "run_harm",
        tiny_model,
        data=pairs,
        method="dpo",
        dpo={"sftWeight": 0},
        learningRate=3e-2,
        epochs=1,
        validation=4,
        start_from={"runId": "run_sft", "checkpoint": events(parent, "done")[0]["checkpoint"]},
    )
    finish(folder)
    assert "chosen_falls" in {alert["code"] for alert in events(folder, "alert")}
    start, end = events(folder, "eval")[0], events(folder, "eval")[-1]
    assert end["chosenLogProbPerToken"] < start["chosenLogProbPerToken"]
