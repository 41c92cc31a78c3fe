"""What the public library makes of texts with an embedding model: tokens, and the mean of the states at length 1.

Reads {"folder", "texts"} from standard input and writes {"tokens", "vectors"}.
"""

import json
import sys

import torch
from transformers import AutoModel, AutoTokenizer

request = json.load(sys.stdin)
torch.set_num_threads(1)
tokenizer = AutoTokenizer.from_pretrained(request["folder"])
model = AutoModel.from_pretrained(request["folder"], dtype=torch.float32).eval()
tokens, vectors = [], []
with torch.no_grad():
    # One by one: no padding whose masking would have to be believed.
    for text in request["texts"]:
        ids = tokenizer(text, truncation=True, max_length=512)["input_ids"]
        states = model(torch.tensor([ids])).last_hidden_state[0]
        tokens.append(ids)
        vectors.append(torch.nn.functional.normalize(states.mean(0), dim=0).tolist())
json.dump({"tokens": tokens, "vectors": vectors}, sys.stdout)
