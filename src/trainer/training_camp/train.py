"""The command `train`: one attempt at a run, from its directory and into it."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .config import RunFile, load_run_file
from .control import Control
from .errors import Stopped, TrainerError, disk_full, is_disk_full
from .events import EventLog
from .memory_tuning import keep_freed_memory

if TYPE_CHECKING:
    from .session import Session
    from .telemetry import Telemetry

LOG = logging.getLogger("training_camp")


def train(run_dir: Path, attempt: str) -> int:
    """Runs an attempt and returns the exit code: 0 when completed or cancelled, 1 when failed."""
    if not run_dir.is_dir():
        sys.stderr.write(f"{run_dir} is no run directory\n")
        return 1
    _log_to(run_dir / "trainer.log")
    keep_freed_memory()
    control = Control(run_dir, attempt)
    control.install_signals()
    return run_attempt(run_dir, attempt, control)


def run_attempt(run_dir: Path, attempt: str, control: Control) -> int:
    """The attempt itself, without settings of the whole process."""
    events = EventLog(run_dir / "events.jsonl", attempt)
    started = time.monotonic()
    try:
        _run(run_dir, load_run_file(run_dir), events, control, started)
        return 0
    except BaseException as error:
        failure = _as_failure(error)
        LOG.error("The run failed: %s", failure.reason, exc_info=error)
        events.emit(
            "error",
            reason=failure.reason,
            transient=failure.transient,
            message=failure.message,
            hint=failure.hint,
        )
        return 1
    finally:
        events.close()


def _run(run_dir: Path, run: RunFile, events: EventLog, control: Control, started: float) -> None:
    from .loop import Trainer
    from .publish import export_gguf, publish_adapter
    from .session import open_session

    trainer: Trainer | None = None
    telemetry = _start_telemetry(run, events, lambda: trainer.step if trainer is not None else 0)
    session = None
    outcome: dict[str, str | None]
    try:
        control.check()
        session = open_session(run_dir, run, events, control)
        trainer = Trainer(session)
        trainer.prepare()
        trainer.run()
        events.phase("exporting", "start")
        name = _to_publish(run, session, trainer.last_checkpoint)
        published = publish_adapter(
            run_dir, run, session.policy.model, session.checkpoints.folder / name, session.progress
        )
        export_gguf(run_dir, run, events)
        events.phase("exporting", "end")
        outcome = {"state": "completed", "checkpoint": name, "adapter": published.folder}
        outcome["adapter_sha256"] = published.sha256
    except Stopped:
        if trainer is not None and control.command() != "discard":
            trainer.save_on_stop()
        checkpoint = trainer.last_checkpoint if trainer is not None else None
        outcome = {"state": "cancelled", "checkpoint": checkpoint, "adapter": None, "adapter_sha256": None}
    finally:
        telemetry.close()
        if session is not None and session.prefix_store is not None:
            session.prefix_store.close()
    # Behind the last sample, so that nothing follows it.
    step = trainer.step if trainer is not None else 0
    events.emit("done", step=step, **outcome, seconds=round(time.monotonic() - started, 3))


def _to_publish(run: RunFile, session: Session, last: str | None) -> str:
    from .checkpoint import name_of, verify

    if last is None:
        raise RuntimeError("the run ended without a checkpoint")
    best_step = session.progress.best_step
    if not run.config.publish_best or best_step is None or name_of(best_step) == last:
        return last
    best = name_of(best_step)
    problem = verify(session.checkpoints.folder / best)
    if problem is None:
        return best
    session.events.alert("checkpoint_rejected", f"The best checkpoint {best} is not published, but {last}: {problem}.")
    return last


def _start_telemetry(run: RunFile, events: EventLog, step: Callable[[], int]) -> Telemetry:
    from .telemetry import Gpu, Telemetry, gpu_uuid

    return Telemetry(events, run.config.telemetry_seconds, step, Gpu.open(gpu_uuid(run.config.device)))


def _as_failure(error: BaseException) -> TrainerError:
    from .errors import is_out_of_memory

    if isinstance(error, TrainerError):
        return error
    if is_disk_full(error):
        return disk_full("the run's files")
    if is_out_of_memory(error):
        return TrainerError(
            "out_of_memory", f"Out of memory: {error}", "Lower maxLength or tokensPerStep, or train fewer layers."
        )
    return TrainerError("internal", f"{type(error).__name__}: {error}", "The run's trainer.log has the details.")


def _log_to(path: Path) -> None:
    """Everything that libraries print goes into the run's log; a closed terminal must not end the run."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
