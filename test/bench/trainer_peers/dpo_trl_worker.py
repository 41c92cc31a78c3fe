"""TRL's DPOTrainer on given pairs of tokens: its loss, its figures and the norm of its gradient, as JSON on stdout."""

from __future__ import annotations

import json
import os
import sys
import tempfile

answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
request = json.load(sys.stdin)

import torch
from datasets import Dataset
from peft import LoraConfig
from support.models import lora_model, random_model, tokenizer
from trl import DPOConfig, DPOTrainer

torch.set_num_threads(1)
ours = lora_model("llama")
names = {name.rsplit(".lora_A", 1)[0].rsplit(".", 1)[-1] for name, _ in ours.named_parameters() if "lora_A" in name}
prompt = [{"role": "user", "content": "any"}]
answer = [{"role": "assistant", "content": "text"}]
cases = []
for case in request["cases"]:
    is_single = case["pairs"] is not None
    base = random_model("llama")
    base.set_attn_implementation("sdpa")
    trainer = DPOTrainer(
        model=base,
        args=DPOConfig(
            output_dir=tempfile.mkdtemp(),
            beta=case["beta"],
            loss_type=["aot" if is_single else "sigmoid", *(["sft"] if case["sftWeight"] > 0 else [])],
            loss_weights=[1.0, *([case["sftWeight"]] if case["sftWeight"] > 0 else [])],
            label_smoothing=case["labelSmoothing"],
            max_length=None,
            gradient_checkpointing=False,
            bf16=False,
            use_cpu=True,
            report_to="none",
        ),
        train_dataset=Dataset.from_list([{"prompt": prompt, "chosen": answer, "rejected": answer}]),
        processing_class=tokenizer(),
        peft_config=LoraConfig(
            r=4, lora_alpha=8, lora_dropout=0.0, target_modules=sorted(names), task_type="CAUSAL_LM"
        ),
    )
    model = trainer.model
    model.load_state_dict({name: value for name, value in ours.state_dict().items() if "lora_" in name}, strict=False)
    model.train()
    inputs = trainer.data_collator([request["pairs"][index] for index in case["pairs"]] if is_single else request["pairs"])
    loss = trainer._compute_loss(model, inputs, return_outputs=False)
    loss.backward()
    squares = [p.grad.square().sum() for name, p in model.named_parameters() if "lora_" in name and p.grad is not None]
    figures = {key: sum(values) / len(values) for key, values in trainer._metrics["train"].items() if values}
    cases.append(
        {
            **case,
            "loss": loss.item(),
            "gradientNorm": torch.stack(squares).sum().sqrt().item(),
            "rewardMargin": figures["rewards/margins"],
            "rewardAccuracy": figures["rewards/accuracies"],
            "chosenLogProb": figures["logps/chosen"],
            "rejectedLogProb": figures["logps/rejected"],
        }
    )
answers.write(json.dumps(cases) + "\n")
answers.flush()
