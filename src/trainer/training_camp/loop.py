"""The loop from the first step to the last checkpoint. What it lowers is the objective's matter."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import torch

from .checkpoint import CheckpointReason
from .corpus import MicroBatch, collate
from .dpo import DpoObjective
from .errors import Stopped, is_out_of_memory
from .fit import Fit, choose_fit, estimate_costs, free_bytes, out_of_memory, shrink
from .objective import Evaluation, Objective, Totals
from .optim import apply_step, clip_gradients, learning_rate
from .reports import StepFacts, StepReports
from .session import Session, parameter_counts, trained_layer_count
from .sft import SftObjective
from .steps import Schedule


@dataclass(frozen=True)
class StepResult:
    """What a step's forward passes gave. `figures` are the objective's, in the order of their names."""

    batches: list[MicroBatch]
    loss: torch.Tensor
    figures: torch.Tensor


def objective_of(session: Session) -> Objective:
    """The objective that the run's method names."""
    return DpoObjective(session) if session.run.config.method == "dpo" else SftObjective(session)


class Trainer:
    """Runs the steps of a session. Its state is the session's progress, which checkpoints hold."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._objective = objective_of(session)
        self._config = session.run.config
        self._progress = session.progress
        self._parameters = session.parameters
        self._fit = Fit(self._progress.micro_batch_tokens, self._progress.gradient_checkpointing)
        self._schedule = Schedule(session.train, self._config, max(1, self._fit.micro_batch_tokens))
        self._reports = StepReports(session.events, self._progress, self._objective)
        self._saved_step: int | None = self._progress.step if session.resumed_from is not None else None
        self._saved_at = time.monotonic()
        self.last_checkpoint: str | None = session.resumed_from

    @property
    def step(self) -> int:
        """Steps done."""
        return self._progress.step

    def prepare(self) -> None:
        """
        Finds a micro-batch that fits, by a real pass whose effect is undone, reports the plan, and computes what the
        objective needs to know before the first step.
        """
        self._session.events.phase("fitting", "start")
        if self._fit.micro_batch_tokens == 0:
            self._set_fit(self._first_fit())
        else:
            self._set_fit(self._fit)
        while not self._progress.is_finished and not self._probe():
            pass
        self._session.events.phase("fitting", "end")
        self._emit_plan()
        before = self._objective.prepare(self._schedule)
        if before is not None and self._progress.step == 0:
            self._emit_evaluation(before, is_better=False)

    def run(self) -> None:
        """Trains to the end. Raises Stopped when asked to end."""
        session = self._session
        session.events.phase("training", "start")
        self._reports.restart_clock()
        self._settle()
        while not self._progress.is_finished:
            session.control.check()
            self.train_step()
            self._settle()
        self._reports.check_end()
        session.events.phase("training", "end")

    def train_step(self) -> None:
        """One optimizer step, reported as soon as its figures are known."""
        progress, config = self._progress, self._config
        rate = learning_rate(progress.step, self._schedule.total_steps, config)
        for group in self._session.optimizer.param_groups:
            group["lr"] = rate
        result = self._gradients(progress.step)
        norm = clip_gradients(self._parameters, config.max_grad_norm)
        apply_step(self._session.optimizer, torch.isfinite(result.loss) & torch.isfinite(norm))
        progress.step += 1
        tokens = sum(batch.tokens for batch in result.batches)
        trained = sum(batch.targets.numel() for batch in result.batches)
        progress.tokens += tokens
        progress.trained_tokens += trained
        rows = [self._session.train.rows[example] for batch in result.batches for example in batch.examples]
        epoch = progress.step / self._schedule.steps_per_epoch
        facts = StepFacts(progress.step, epoch, rate, tokens, trained, rows)
        self._reports.push(facts, result.loss, norm, result.figures)

    def save(self, reason: CheckpointReason) -> None:
        """A checkpoint of the steps done so far, unless there is one."""
        self._reports.flush()
        session, progress = self._session, self._progress
        session.events.phase("saving", "start")
        name, sha256 = session.checkpoints.save(session.policy.model, session.optimizer, progress)
        session.events.emit("checkpoint", step=progress.step, name=name, sha256=sha256, reason=reason)
        session.events.phase("saving", "end")
        self._saved_step, self._saved_at = progress.step, time.monotonic()
        self.last_checkpoint = name
        self._reports.restart_clock()

    def save_on_stop(self) -> None:
        """Keeps what was done when the run is asked to end; nothing is lost by stopping twice."""
        if self._progress.step > 0 and self._saved_step != self._progress.step:
            self.save("stop")

    # Steps

    def _gradients(self, step: int) -> StepResult:
        while True:
            try:
                return self._try_gradients(step)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
            self._drop_gradients()
            self._shrink(step)

    def _try_gradients(self, step: int) -> StepResult:
        session = self._session
        device = session.compute.device
        batches = [collate(session.train, group, device) for group in self._schedule.micro_batches(step)]
        totals = Totals.of(batches)
        loss = torch.zeros((), device=device)
        figures = torch.zeros(len(self._objective.figure_names), device=device)
        for batch in batches:
            if session.control.command() != "run":
                self._drop_gradients()
                raise Stopped
            share = self._objective.share(batch, totals)
            share.loss.backward()
            loss += share.loss.detach()
            figures += share.figures
        return StepResult(batches, loss, figures)

    def _drop_gradients(self) -> None:
        self._session.optimizer.zero_grad(set_to_none=True)

    # Between steps

    def _settle(self) -> None:
        """Validation and checkpoints that are due after the steps done so far; nothing twice."""
        progress, schedule = self._progress, self._schedule
        if progress.is_finished or progress.step == 0:
            return
        is_last = progress.step >= schedule.total_steps
        is_better = False
        if self._validation_is_due(is_last):
            is_better = self._validate()
            is_last = is_last or self._has_stalled()
        reason = self._checkpoint_reason(is_last, is_better)
        if reason is not None:
            progress.is_finished = is_last
            self.save(reason)

    def _checkpoint_reason(self, is_last: bool, is_better: bool) -> CheckpointReason | None:
        step, checkpoints = self._progress.step, self._config.checkpoints
        if is_last:
            return "end"
        if self._saved_step == step and not is_better:
            return None
        if self._schedule.is_epoch_end(step):
            return "epoch"
        is_due = checkpoints.every_steps is not None and step % checkpoints.every_steps == 0
        if is_due or (is_better and self._config.publish_best):
            return "steps"
        return "time" if time.monotonic() - self._saved_at >= checkpoints.every_seconds else None

    def _validation_is_due(self, is_last: bool) -> bool:
        if self._session.validation is None or self._progress.evaluated_step == self._progress.step:
            return False
        every = self._config.validate_every_steps
        if is_last:
            return True
        return self._schedule.is_epoch_end(self._progress.step) if every is None else self._progress.step % every == 0

    def _validate(self) -> bool:
        self._reports.flush()
        progress, stopping = self._progress, self._config.early_stopping
        self._session.events.phase("validating", "start")
        evaluation = self._objective.evaluate(self._schedule)
        loss = evaluation.loss
        best = progress.best_loss
        is_better = math.isfinite(loss) and (best is None or loss < best)
        has_gained = is_better and (best is None or loss < best - stopping.min_delta)
        progress.evaluations_without_gain = 0 if has_gained else progress.evaluations_without_gain + 1
        if is_better:
            progress.best_loss, progress.best_step = loss, progress.step
        progress.evaluated_step = progress.step
        self._emit_evaluation(evaluation, is_better)
        self._session.events.phase("validating", "end")
        self._reports.restart_clock()
        return is_better

    def _emit_evaluation(self, found: Evaluation, is_better: bool) -> None:
        step = self._progress.step
        self._progress.figures_now = dict(found.figures)
        if step == 0:
            self._progress.figures_before = dict(found.figures)
        if is_better:
            self._progress.figures_of_best = dict(found.figures)
        self._session.events.emit(
            "eval", step=step, loss=found.loss, tokens=found.tokens, best=is_better, **found.figures
        )
        self._objective.watch_evaluation(step, found)

    def _has_stalled(self) -> bool:
        stopping = self._config.early_stopping
        if not stopping.enabled or self._progress.evaluations_without_gain < stopping.patience:
            return False
        self._session.events.log("info", f"Validation loss has not fallen for {stopping.patience} validations.")
        return True

    # Memory

    def _first_fit(self) -> Fit:
        session = self._session
        _, trainable = parameter_counts(session.policy)
        costs = estimate_costs(
            session.policy.anatomy, trained_layer_count(session.policy), trainable, session.compute.dtype
        )
        device = session.compute.device
        return choose_fit(self._config, costs, free_bytes(device), device.type, self._schedule.longest)

    def _set_fit(self, fit: Fit) -> None:
        self._fit = fit
        self._progress.micro_batch_tokens = fit.micro_batch_tokens
        self._progress.gradient_checkpointing = fit.gradient_checkpointing
        self._schedule.set_micro_batch_tokens(fit.micro_batch_tokens)
        self._session.policy.set_gradient_checkpointing(fit.gradient_checkpointing)

    def _probe(self) -> bool:
        """The largest micro-batch forwards and backwards; its gradients are thrown away."""
        session = self._session
        session.control.check()
        try:
            batch = collate(session.train, self._schedule.largest_micro_batch(), session.compute.device)
            self._objective.share(batch, Totals.of([batch])).loss.backward()
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
        else:
            self._drop_gradients()
            return True
        self._drop_gradients()
        self._shrink(self._progress.step)
        return False

    def _shrink(self, step: int) -> None:
        smaller = shrink(self._fit, self._config, self._schedule.longest)
        if smaller is None:
            raise out_of_memory(self._schedule.longest)
        if self._session.compute.device.type == "cuda":
            torch.cuda.empty_cache()
        self._session.events.alert(
            "out_of_memory_retry",
            f"Out of memory with {self._fit.micro_batch_tokens} tokens at a time; trying {smaller.micro_batch_tokens}"
            f"{' with gradient checkpointing' if smaller.gradient_checkpointing else ''}. A step keeps its documents.",
            step,
        )
        self._set_fit(smaller)

    def _emit_plan(self) -> None:
        session, schedule = self._session, self._schedule
        parameters, trainable = parameter_counts(session.policy)
        session.events.emit(
            "plan",
            total_steps=schedule.total_steps,
            first_step=self._progress.step,
            rows=len(session.train),
            dropped_rows=dict(session.train.dropped),
            tokens_per_epoch=int(session.train.starts[-1]),
            trained_tokens_per_epoch=session.train.trained_tokens,
            packing_efficiency=round(schedule.plan.efficiency, 6),
            micro_batch_tokens=self._fit.micro_batch_tokens,
            gradient_checkpointing=self._fit.gradient_checkpointing,
            device=str(session.compute.device),
            precision=session.compute.precision,
            threads=session.compute.threads,
            parameters=parameters,
            trainable_parameters=trainable,
            resumed_from=session.resumed_from,
        )
