"""TRL's SFTTrainer, paused at step boundaries so that rounds of several sides can alternate."""

from __future__ import annotations

import json
import sys
import tempfile
import time

options = json.loads(sys.argv[1])

import torch
import transformers
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, TrainerCallback
from trl import SFTConfig, SFTTrainer
from work import answer, held_out_loss, pairs_of, requests

transformers.logging.set_verbosity_error()
is_cuda = torch.cuda.is_available()
if not is_cuda:
    torch.set_num_threads(options["threads"])
dtype = torch.bfloat16 if is_cuda else torch.float32
pending = requests()


class Rounds(TrainerCallback):
    """Counts real tokens and waits for the next round."""

    def __init__(self):
        self.left, self.tokens, self.start = None, 0, 0.0

    def on_step_begin(self, args, state, control, **_):
        if state.global_step == options["warmup"]:
            answer(ready=True)
            self.wait(control)

    def on_step_end(self, args, state, control, **_):
        if self.left is None:
            return
        self.left -= 1
        if self.left == 0:
            if is_cuda:
                torch.cuda.synchronize()
            seconds = time.perf_counter() - self.start
            peak = torch.cuda.max_memory_allocated() if is_cuda else 0
            answer(tokens=self.tokens, seconds=seconds, peakBytes=peak, ended=False)
            self.wait(control)

    def wait(self, control):
        request = next(pending, None)
        while request is not None and "evaluate" in request:
            answer(loss=held_out_loss(trainer.model, options))
            request = next(pending, None)
        if request is None:
            control.should_training_stop = True
            self.left = None
            return
        self.left, self.tokens, self.start = request["steps"], 0, time.perf_counter()


rounds = Rounds()


class Counting(SFTTrainer):
    def training_step(self, model, inputs, *args, **kwargs):
        mask = inputs.get("attention_mask")
        rounds.tokens += int(mask.sum()) if mask is not None else inputs["input_ids"].numel()
        return super().training_step(model, inputs, *args, **kwargs)


if "shape" in options:
    torch.set_default_dtype(dtype)
    with torch.device("cuda" if is_cuda else "cpu"):
        model = AutoModelForCausalLM.from_config(LlamaConfig(**options["shape"]))
    torch.set_default_dtype(torch.float32)
else:
    model = AutoModelForCausalLM.from_pretrained(options["model"], dtype=dtype)
vocabulary = model.config.vocab_size
pairs = pairs_of(options, vocabulary)
data = {"input_ids": [ids for ids, _ in pairs]}
if any(context > 0 for _, context in pairs):
    data["completion_mask"] = [[0] * max(1, c) + [1] * (len(ids) - max(1, c)) for ids, c in pairs]
tokenizer = AutoTokenizer.from_pretrained(options["tokenizer"])
tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
torch.manual_seed(0)
trainer = Counting(
    model=model,
    args=SFTConfig(
        output_dir=tempfile.mkdtemp(prefix="bench-trl-"),
        report_to="none",
        save_strategy="no",
        use_cpu=not is_cuda,
        bf16=is_cuda,
        disable_tqdm=True,
        logging_steps=1_000_000,
        seed=0,
        **{"max_steps": 100_000, "learning_rate": 2e-4, **options["settings"]},
    ),
    train_dataset=Dataset.from_dict(data),
    peft_config=LoraConfig(
        r=16, lora_alpha=32, task_type="CAUSAL_LM", **options.get("lora", {"target_modules": "all-linear"})
    ),
    processing_class=tokenizer,
    callbacks=[rounds],
)
trainer.train()
if rounds.left is not None:
    answer(tokens=rounds.tokens, seconds=time.perf_counter() - rounds.start, ended=True)
    for _ in pending:
        answer(loss=held_out_loss(trainer.model, options))
