"""Greedy answers by transformers and PEFT alone, as a program that knows nothing of ours would get them.

Reads {"model", "adapter", "prompts": [token ids], "maxTokens"} from stdin, prints the token ids of each answer and of the base's
answer to the first prompt.
"""

import json
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM


def main() -> None:
    request = json.load(sys.stdin)
    base = AutoModelForCausalLM.from_pretrained(request["model"], dtype=torch.float32, local_files_only=True)
    model = PeftModel.from_pretrained(base, request["adapter"]).eval()
    answers = [answer(model, ids, request["maxTokens"]) for ids in request["prompts"]]
    with model.disable_adapter():
        base = answer(model, request["prompts"][0], request["maxTokens"])
    json.dump({"tuned": answers, "base": base}, sys.stdout)


def answer(model: PeftModel, ids: list[int], limit: int) -> list[int]:
    """Without the stop token."""
    prompt = torch.tensor([ids])
    with torch.inference_mode():
        out = model.generate(
            input_ids=prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=limit, do_sample=False,
            pad_token_id=model.config.eos_token_id,
        )
    new = out[0, len(ids) :].tolist()
    stop = model.config.eos_token_id
    return new[: new.index(stop)] if stop in new else new


main()
