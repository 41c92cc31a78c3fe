"""Tokens as the trainer makes them. Reads {"model", "texts", "chats", "prompts"} from stdin, prints the ids of each."""

import json
import sys

from training_camp.data import Encoder
from transformers import AutoTokenizer


def main() -> None:
    """Texts and chats as rows of a dataset; prompts as chats that an answer is generated from."""
    request = json.load(sys.stdin)
    tokenizer = AutoTokenizer.from_pretrained(request["model"], local_files_only=True, trust_remote_code=False)
    encoder = Encoder(tokenizer, max_length=100_000)
    texts = [encoder.encode(i, {"kind": "text", "text": text}).ids for i, text in enumerate(request["texts"])]
    # A text row ends with the end-of-sequence token, which is no part of the text.
    texts = [ids[:-1] if ids[-1:] == [encoder.eos_id] else ids for ids in texts]
    chats = [encoder.encode(i, {"kind": "chat", "messages": m}).ids for i, m in enumerate(request["chats"])]
    prompts = [encoder.encode_prompt(m) for m in request["prompts"]]
    json.dump({"texts": texts, "chats": chats, "prompts": prompts}, sys.stdout)


main()
