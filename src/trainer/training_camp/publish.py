"""The finished adapter: PEFT's own folder with training.json, and its GGUF twin where the architecture allows."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .checkpoint import Progress, name_of
from .config import RunFile, camel_case
from .errors import disk_full, is_disk_full
from .events import EventLog
from .files import atomic_folder, sha256_of, write_bytes, write_json
from .lora import ADAPTER

FOLDER = "adapter"
GGUF_NAME = "adapter.gguf"


@dataclass(frozen=True)
class Published:
    """Where the adapter is, relative to the run, and the hash of its weights."""

    folder: str
    sha256: str


def publish_adapter(run_dir: Path, run: RunFile, model: Any, checkpoint: Path, final: Progress) -> Published:
    """Publishes a checkpoint's adapter whole or not at all."""
    sha256 = sha256_of(checkpoint / "adapter.safetensors")
    try:
        with atomic_folder(run_dir / FOLDER) as folder:
            # A checkpoint holds PEFT's own names, so that its file is the adapter's.
            write_bytes(folder / "adapter_model.safetensors", (checkpoint / "adapter.safetensors").read_bytes())
            write_json(folder / "adapter_config.json", _peft_config(model, run))
            write_json(folder / "training.json", _provenance(run, checkpoint.name, final, sha256))
    except OSError as error:
        if is_disk_full(error):
            raise disk_full("the adapter") from error
        raise
    return Published(FOLDER, sha256)


def export_gguf(run_dir: Path, run: RunFile, events: EventLog) -> None:
    """Writes adapter.gguf for llama.cpp; what the format cannot carry is said in the log and is no failure."""
    from .gguf_export import export_adapter
    from .refusal import Refusal

    try:
        export_adapter(run_dir / FOLDER, Path(run.model.path) / "config.json", run_dir / GGUF_NAME)
    except Refusal as error:
        events.log("warn", f"No adapter.gguf was written: {error}")
    except OSError as error:
        if is_disk_full(error):
            raise disk_full(GGUF_NAME) from error
        raise


def _peft_config(model: Any, run: RunFile) -> dict[str, Any]:
    config = model.peft_config[ADAPTER].to_dict()
    config["base_model_name_or_path"] = run.model.path
    config["inference_mode"] = True
    return json.loads(json.dumps(config, default=_plain, sort_keys=True))


def _plain(value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return getattr(value, "value", str(value))


def _preference(run: RunFile, checkpoint: str, final: Progress) -> dict[str, Any] | None:
    """Of preference training: the validation pairs before training and with what is published; None without such."""
    is_best = final.best_step is not None and name_of(final.best_step) == checkpoint
    before, after = final.figures_before, final.figures_of_best if is_best else final.figures_now
    if run.config.method != "dpo" or not before or not after:
        return None
    names = ("raw_preference", "chosen_log_prob_per_token", "rejected_log_prob_per_token")
    return {key: {camel_case(n): found[n] for n in names} for key, found in (("before", before), ("after", after))}


def _provenance(run: RunFile, checkpoint: str, final: Progress, sha256: str) -> dict[str, Any]:
    import peft
    import torch
    import transformers

    from . import __version__

    model = run.model
    return {
        "v": 1,
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "baseModel": {
            "id": model.id,
            "architecture": model.architecture,
            "revision": model.revision,
            "sha256": model.sha256,
            "vocabularySize": model.vocabulary_size,
            "tokenizerSha256": model.tokenizer_sha256,
            "templateSha256": model.template_sha256,
        },
        "method": run.config.method,
        "runId": run.run_id,
        "checkpoint": checkpoint,
        "configHash": run.config_hash,
        "gitCommit": run.git_commit,
        "dataset": {"id": run.dataset.id, "version": run.dataset.version, "sha256": run.dataset.sha256},
        "sha256": sha256,
        "versions": {
            "trainingCamp": __version__,
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "peft": peft.__version__,
        },
        "metrics": {
            "steps": final.step,
            "tokens": final.tokens,
            "trainedTokens": final.trained_tokens,
            "seconds": round(final.seconds, 3),
            "loss": final.recent_losses[-1] if final.recent_losses else None,
            "validationLoss": final.best_loss,
            "validationStep": final.best_step,
        },
        "preference": _preference(run, checkpoint, final),
    }
