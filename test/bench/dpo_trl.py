"""Our loss of preference optimisation against TRL's DPOTrainer on the same batch of a small random model.

usage: dpo_trl.py [--update]   with --update the test's golden file is written anew
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
TESTS = FOLDER.parent / "trainer"
sys.path[:0] = [str(FOLDER / "trainer_peers"), str(TESTS)]

from figures import write_results
from peers import ROOT, peer_python
from support.dpo_batch import LIMITS, pairs_of_tokens, score_case

# TRL mixes the chosen answers' loss over the tokens of a batch and smooths labels in `aot` alone, which compares sorted
# pairs: of a batch of one pair both are what ours are of any.
CASES = [
    {"beta": 0.1, "labelSmoothing": 0.0, "sftWeight": 0.0, "pairs": None},
    {"beta": 0.5, "labelSmoothing": 0.0, "sftWeight": 0.0, "pairs": None},
    {"beta": 0.1, "labelSmoothing": 0.2, "sftWeight": 0.0, "pairs": [3]},
    {"beta": 0.5, "labelSmoothing": 0.0, "sftWeight": 1.0, "pairs": [5]},
    {"beta": 0.5, "labelSmoothing": 0.1, "sftWeight": 2.0, "pairs": [6]},
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src" / "trainer"), str(TESTS))),
        "HF_HUB_OFFLINE": "1",
    }
    request = json.dumps({"cases": CASES, "pairs": pairs_of_tokens()})
    worker = [peer_python(), str(FOLDER / "trainer_peers" / "dpo_trl_worker.py")]
    answer = subprocess.run(worker, input=request, capture_output=True, text=True, env=environment)
    if answer.returncode != 0:
        raise SystemExit(answer.stderr[-3000:])
    cases = json.loads(answer.stdout)
    found = [score_case(case) for case in cases]
    differences: dict[str, float] = {}
    for case, ours in zip(cases, found, strict=True):
        print(", ".join(f"{name} {case[name]}" for name in CASES[0]))
        for name, limit in LIMITS.items():
            difference = abs(ours[name] - case[name])
            differences[name] = max(differences.get(name, 0.0), difference)
            print(
                f"  {name:16s} TRL {case[name]:12.6f}   ours {ours[name]:12.6f}   within {limit:g}: {difference <= limit}"
            )
    write_results("dpo_trl", {"trl": cases, "ours": found, "largestDifference": differences})
    if options.update:
        golden = TESTS / "golden" / "dpo_trl.json"
        golden.write_text(json.dumps({"cases": cases}, indent=2) + "\n")
        print(f"written: {golden}")


main()
