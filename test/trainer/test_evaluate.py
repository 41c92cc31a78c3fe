"""Batched greedy answers are those of each prompt alone, and perplexity is that of each document alone."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

from support.models import ARCHITECTURES, config_of
from support.runs import SOURCES
from training_camp.data import Encoded
from training_camp.generate import greedy, shared_prefix
from training_camp.perplexity import document_losses, perplexity
from training_camp.prompts import question, with_examples

STOP = 257


def tiny(name):
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(config_of(name)).eval()
    # Random models repeat one token for ever; louder weights make them wander.
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.mul_(4)
    return model


def random_prompts(lengths, shared=0):
    random = np.random.default_rng(1)
    head = random.integers(0, 250, shared).tolist()
    return [head + random.integers(0, 250, length).tolist() for length in lengths]


def reference(model, prompt, new):
    """One prompt, no cache, no batch: the definition."""
    model.set_attn_implementation("eager")
    ids = list(prompt)
    for _ in range(new):
        with torch.inference_mode():
            token = int(model(input_ids=torch.tensor([ids]), use_cache=False).logits[0, -1].argmax())
        if token == STOP:
            break
        ids.append(token)
    return ids[len(prompt) :]


@pytest.mark.parametrize("shared", [0, 40])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_batched_answers_are_those_of_each_prompt_alone(name, shared):
    model = tiny(name)
    prompts = random_prompts([3, 30, 9, 1, 17], shared)
    answers = greedy(model, prompts, stop_ids=[STOP], max_new_tokens=12)
    assert [answer.ids for answer in answers] == [reference(model, prompt, 12) for prompt in prompts]


def test_an_answer_ends_at_its_stop_token_and_the_others_go_on():
    model = tiny("llama")
    prompts = random_prompts([5, 6, 7, 8, 9, 10])
    free = greedy(model, prompts, stop_ids=[], max_new_tokens=10)
    stop = free[2].ids[3]
    stopped = greedy(model, prompts, stop_ids=[stop], max_new_tokens=10)
    for answer, whole in zip(stopped, free, strict=True):
        cut = whole.ids.index(stop) if stop in whole.ids else None
        assert answer.ids == whole.ids[:cut]
        assert answer.stopped == (cut is not None)


def test_what_all_prompts_share_leaves_each_a_token_of_its_own():
    same = list(range(30))
    assert shared_prefix([same, [*same, 1]]) == 29
    assert shared_prefix([[*same, 1], [*same, 2]]) == 30
    assert shared_prefix([same]) == 0
    assert shared_prefix([[1, 2], [1, 3]]) == 0


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_losses_are_those_of_each_document_alone(name):
    model = tiny(name)
    random = np.random.default_rng(3)
    documents = [
        Encoded(i, random.integers(0, 250, n).tolist(), [False, *random.integers(0, 2, n - 1).astype(bool).tolist()])
        for i, n in enumerate([40, 25, 60, 12])
    ]
    found = document_losses(model, documents)
    model.set_attn_implementation("eager")
    for document, loss in zip(documents, found, strict=True):
        with torch.inference_mode():
            logits = model(input_ids=torch.tensor([document.ids]), use_cache=False).logits[0]
        at = [i for i, flag in enumerate(document.trained) if flag]
        targets = torch.tensor(document.ids)[at]
        expected = torch.nn.functional.cross_entropy(logits[[i - 1 for i in at]].float(), targets, reduction="sum")
        assert loss == pytest.approx(float(expected), rel=1e-4)


def test_the_interval_is_seeded_and_holds_the_value():
    losses, tokens = [3.0, 8.0, 4.0, 20.0], [3, 4, 5, 6]
    found = perplexity(losses, tokens, seed=1)
    assert found.value == pytest.approx(math.exp(35 / 18))
    assert found.interval[0] < found.value < found.interval[1]
    assert perplexity(losses, tokens, seed=1) == found


def test_a_question_is_the_row_before_its_last_trained_answer():
    row = {
        "kind": "chat",
        "messages": [
            {"role": "system", "content": "s"},
            {"role": "user", "content": "u1"},
            {"role": "assistant", "content": "a1"},
            {"role": "user", "content": "u2"},
            {"role": "assistant", "content": "a2"},
            {"role": "assistant", "content": "not trained", "weight": 0},
        ],
    }
    asked = question(3, row)
    assert asked is not None
    assert (asked.expected, asked.asked, len(asked.messages)) == ("a2", "u2", 4)
    assert question(3, {"kind": "text", "text": "t"}) is None


def test_examples_stand_between_the_system_prompt_and_the_question():
    def row(n):
        turns = [("system", "s"), ("user", f"u{n}"), ("assistant", f"a{n}")]
        return question(n, {"kind": "chat", "messages": [{"role": r, "content": c} for r, c in turns]})

    messages = with_examples(row(1), [row(2)], "more")
    assert [(m["role"], m["content"]) for m in messages] == [
        ("system", "s\nmore"),
        ("user", "u2"),
        ("assistant", "a2"),
        ("user", "u1"),
    ]


@pytest.fixture(scope="session")
def loud_adapter(tiny_model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("adapter") / "a"
    model = AutoModelForCausalLM.from_pretrained(tiny_model)
    torch.manual_seed(1)
    config = LoraConfig(r=4, lora_alpha=64, target_modules="all-linear", init_lora_weights=False, task_type="CAUSAL_LM")
    get_peft_model(model, config).save_pretrained(folder)
    (folder / "training.json").write_text(json.dumps({"baseModel": {"sha256": "abc", "vocabularySize": 300}}))
    return folder


def request(tmp_path, model, adapter, **changes):
    data = b""
    places = []
    for n in range(6):
        turns = [("user", f"question {n}"), ("assistant", f"answer {n}")]
        line = json.dumps({"kind": "chat", "messages": [{"role": r, "content": c} for r, c in turns]}).encode()
        places.append({"row": n, "offset": len(data), "length": len(line)})
        data += line + b"\n"
    (tmp_path / "rows.jsonl").write_bytes(data)
    triples = [(p["row"], p["offset"], p["length"]) for p in places]
    np.array(triples, dtype="<i8").tofile(tmp_path / "validation.idx")
    return {
        "model": str(model),
        "adapter": None if adapter is None else str(adapter),
        "rowsPath": str(tmp_path / "rows.jsonl"),
        "validationIndex": str(tmp_path / "validation.idx"),
        "rows": places[:4],
        "variants": [
            {"name": "base", "useAdapter": False},
            {"name": "fewShot", "useAdapter": False, "examples": places[4:]},
            {"name": "tuned", "useAdapter": adapter is not None},
        ],
        "base": {"sha256": "abc", "vocabularySize": 300, "templateSha256": None},
        "maxNewTokens": 6,
        "device": "cpu",
        "precision": "fp32",
        "threads": 1,
        **changes,
    }


def run(command, value):
    done = subprocess.run(
        [sys.executable, "-m", "training_camp", command],
        input=json.dumps(value),
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(SOURCES), "PATH": "", "HF_HUB_OFFLINE": "1"},
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, lines


def test_evaluating_an_adapter_in_a_process_of_its_own(tmp_path, tiny_model, loud_adapter):
    status, lines = run("evaluate", request(tmp_path, tiny_model, loud_adapter))
    result = lines[-1]
    assert (status, result["kind"]) == (0, "result")
    assert result["active"]["isActive"]
    assert result["integrity"] == {
        "isFinite": True,
        "tensors": result["integrity"]["tensors"],
        "baseMatches": True,
        "problems": [],
    }
    assert result["perplexity"]["documents"] == 6
    assert result["perplexity"]["base"]["value"] != result["perplexity"]["tuned"]["value"]
    assert [variant["name"] for variant in result["variants"]] == ["base", "fewShot", "tuned"]
    assert all(len(variant["answers"]) == 4 for variant in result["variants"])
    assert [row["expected"] for row in result["rows"]] == ["answer 0", "answer 1", "answer 2", "answer 3"]
    assert {line["kind"] for line in lines[:-1]} == {"progress"}


def test_an_adapter_of_another_base_is_told_apart(tmp_path, tiny_model, loud_adapter):
    asked = request(tmp_path, tiny_model, loud_adapter, base={"sha256": "other"}, variants=[], validationIndex=None)
    _, lines = run("evaluate", asked)
    assert lines[-1]["integrity"]["baseMatches"] is False


def test_a_refused_folder_answers_with_its_code(tmp_path, tiny_model):
    asked = request(tmp_path, tiny_model, tmp_path / "nowhere")
    status, lines = run("evaluate", asked)
    assert (status, lines[-1]["kind"], lines[-1]["code"]) == (1, "error", "adapter_missing")


@pytest.mark.parametrize("value", [[], {"model": 3}])
def test_a_request_that_is_none_is_an_error_line(value):
    status, lines = run("evaluate", value)
    assert (status, lines[-1]["code"]) == (1, "bad_request")
