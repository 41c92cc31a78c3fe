"""near_peer.py FILE: the same with datasketch: MinHash of 128 permutations, LSH at 0.8."""

import json
import re
import sys
import time

from datasketch import MinHash, MinHashLSH

SHINGLE_WORDS = 5


def shingles(text: str) -> list[bytes]:
    words = re.findall(r"\w+", text.lower())
    return [" ".join(words[i : i + SHINGLE_WORDS]).encode() for i in range(len(words) - SHINGLE_WORDS + 1)]


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in file]
    started = time.perf_counter()
    lsh = MinHashLSH(threshold=0.8, num_perm=128)
    pairs = []
    for index, text in enumerate(texts):
        sketch = MinHash(num_perm=128)
        sketch.update_batch(shingles(text))
        pairs += [(other, index, 1.0) for other in lsh.query(sketch)]
        lsh.insert(index, sketch)
    print(json.dumps({"seconds": time.perf_counter() - started, "pairs": pairs}))


if __name__ == "__main__":
    main()
