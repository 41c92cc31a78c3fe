"""Our side: the product's own loop over given documents, and the matmul limit in the same process."""

from __future__ import annotations

import json
import pathlib
import sys
import tempfile
import time
from collections.abc import Callable

options = json.loads(sys.argv[1])

from training_camp.memory_tuning import keep_freed_memory

keep_freed_memory()

import numpy as np
import torch
from work import answer, held_out_loss, pairs_of, requests

from training_camp import attention
from training_camp.checkpoint import Checkpoints, Progress
from training_camp.config import RunFile, decode
from training_camp.control import Control
from training_camp.corpus import Corpus
from training_camp.device import choose_compute
from training_camp.events import EventLog
from training_camp.fused import fuse
from training_camp.lora import add_lora, trainable_parameters
from training_camp.model import Anatomy, load_model, prepare_model
from training_camp.optim import make_optimizer
from training_camp.policy import Policy
from training_camp.prefix_cache import FrozenPrefix, PrefixStore, frozen_depth
from training_camp.session import Session
from training_camp.loop import Trainer
from training_camp.telemetry import Telemetry


def corpus_of(pairs) -> Corpus:
    ids, weights, starts = [], [], [0]
    for tokens, context in pairs:
        ids += tokens
        weights += [0.0] * max(1, context) + [1.0] * (len(tokens) - max(1, context))
        starts.append(len(ids))
    return Corpus(
        np.array(ids, np.int32), np.array(weights, np.float32), np.array(starts), list(range(len(starts) - 1))
    )


def matmul_limit(device: torch.device, dtype: torch.dtype, hidden: int, inner: int, seconds: float = 2.0) -> float:
    """The best FLOP/s of this process on the model's own shapes and a square one."""
    best = 0.0
    for rows, width, out in ((1024, hidden, inner), (1024, inner, hidden), (1024, 2048, 2048)):
        left, right = (torch.randn(shape, device=device, dtype=dtype) for shape in ((rows, width), (out, width)))
        end = time.perf_counter() + seconds / 3
        while time.perf_counter() < end:
            start = time.perf_counter()
            for _ in range(8):
                left @ right.t()
            if device.type == "cuda":
                torch.cuda.synchronize()
            best = max(best, 8 * 2 * rows * width * out / (time.perf_counter() - start))
    return best


def events_total(folder: pathlib.Path) -> int:
    """Steps of the plan that the trainer reported."""
    lines = map(json.loads, (folder / "events.jsonl").read_text().splitlines())
    return next(line["totalSteps"] for line in lines if line["kind"] == "plan")


def profile(step: Callable[[], None]) -> list[tuple[str, float]]:
    """Share of each operation's own CPU time in one step, the largest first."""
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profiler:
        step()
    own = [(event.key, event.self_cpu_time_total) for event in profiler.key_averages()]
    total = sum(time for _, time in own)
    return sorted(((name, time / total) for name, time in own), key=lambda entry: -entry[1])


def main() -> None:
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-"))
    run = decode(RunFile, options["run"])
    compute = choose_compute(run.config)
    if "shape" in options:
        from transformers import AutoModelForCausalLM, LlamaConfig

        torch.set_default_dtype(compute.dtype)
        with torch.device(compute.device):
            model = AutoModelForCausalLM.from_config(LlamaConfig(**options["shape"]), attn_implementation="eager")
        torch.set_default_dtype(torch.float32)
        base = prepare_model(model)
    else:
        base = load_model(run.model, compute)
    sizes = base.config
    body = sum(p.numel() for name, p in base.named_parameters() if ".layers." in name)
    head = base.get_output_embeddings().weight.numel()
    model = add_lora(base, run.config.lora, run.config.seed)
    fuse(model)
    optimizer = make_optimizer([p for _, p in trainable_parameters(model)], run.config)
    events, control = EventLog(folder / "events.jsonl", "att_1"), Control(folder, "att_1")
    train = corpus_of(pairs_of(options, sizes.vocab_size))
    anatomy = Anatomy.of(model)
    depth, prefix = frozen_depth(anatomy), None
    if depth > 0:
        cache = run.config.prefix_cache
        store = PrefixStore("bench", folder / "prefix", cache.memory_bytes, cache.disk_bytes)
        prefix = FrozenPrefix(anatomy, depth, store)
    session = Session(
        run,
        folder,
        events,
        control,
        compute,
        Policy(model, prefix),
        optimizer,
        Checkpoints(folder, 1),
        train,
        None,
        Progress(),
        None,
        None,
    )
    trainer = Trainer(session)
    trainer.prepare()
    total = events_total(folder)
    telemetry = Telemetry(events, 0, lambda: trainer.step, None)
    progress = session.progress
    answer(ready=True)
    for request in requests():
        if "evaluate" in request:
            base.set_attn_implementation("sdpa")
            loss = held_out_loss(base, options)
            base.set_attn_implementation(attention.NAME)
            answer(loss=loss)
            continue
        if "profile" in request:
            answer(profile=profile(trainer.train_step))
            continue
        if "telemetry" in request:
            telemetry.close()
            telemetry = Telemetry(events, request["telemetry"], lambda: trainer.step, None)
        before = (progress.tokens, progress.trained_tokens)
        limit = 1.0
        if request.get("limit", True):
            limit = matmul_limit(compute.device, compute.dtype, sizes.hidden_size, sizes.intermediate_size)
        watched = (telemetry.samples, telemetry.cpu_seconds)
        start, cpu = time.perf_counter(), time.process_time()
        for _ in range(min(request["steps"], total - trainer.step)):
            trainer.train_step()
        if compute.device.type == "cuda":
            torch.cuda.synchronize()
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        if request.get("limit", True):
            after = matmul_limit(compute.device, compute.dtype, sizes.hidden_size, sizes.intermediate_size)
            limit = max(limit, after)
        tokens, trained = progress.tokens - before[0], progress.trained_tokens - before[1]
        work = 4 * (body * tokens + head * trained)
        peak = torch.cuda.max_memory_allocated() if compute.device.type == "cuda" else 0
        answer(
            tokens=tokens,
            seconds=seconds,
            flops=work / seconds,
            limit=limit,
            peakBytes=peak,
            cpuSeconds=cpu,
            samples=telemetry.samples - watched[0],
            telemetryCpuSeconds=telemetry.cpu_seconds - watched[1],
            ended=trainer.step >= total,
        )


main()
