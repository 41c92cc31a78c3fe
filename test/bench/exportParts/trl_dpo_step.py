"""Loads an exported file with `datasets` and takes one step of TRL's DPOTrainer on it.

usage: trl_dpo_step.py MODEL FILE
"""

from __future__ import annotations

import json
import sys
import tempfile

import torch
import transformers
from datasets import load_dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import DPOConfig, DPOTrainer

transformers.logging.set_verbosity_error()


def main() -> None:
    model_folder, file = sys.argv[1:3]
    torch.manual_seed(0)
    rows = load_dataset("json", data_files=file, split="train")
    tokenizer = AutoTokenizer.from_pretrained(model_folder)
    model = AutoModelForCausalLM.from_pretrained(model_folder, dtype=torch.float32)
    config = DPOConfig(
        output_dir=tempfile.mkdtemp(),
        max_steps=1,
        per_device_train_batch_size=2,
        max_length=256,
        report_to=[],
        logging_steps=1,
        use_cpu=True,
        save_strategy="no",
        disable_tqdm=True,
    )
    trainer = DPOTrainer(model=model, args=config, train_dataset=rows, processing_class=tokenizer)
    trainer.train()
    log = trainer.state.log_history[0]
    print(json.dumps({"rows": len(rows), "columns": rows.column_names, "steps": trainer.state.global_step, "loss": log["loss"]}))


if __name__ == "__main__":
    main()
