"""A run's config.json as dataclasses: camelCase in JSON, snake_case here. Defaults live in the protocol alone."""

from __future__ import annotations

import dataclasses
import json
import re
import types
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from .errors import TrainerError

T = TypeVar("T")


@dataclass(frozen=True)
class LoraConfig:
    rank: int
    alpha: float
    target_modules: str | list[str]
    last_layers: int | None


@dataclass(frozen=True)
class PrefixCacheConfig:
    mode: Literal["auto", "off"]
    memory_bytes: int
    disk_bytes: int


@dataclass(frozen=True)
class EarlyStoppingConfig:
    enabled: bool
    patience: int
    min_delta: float


@dataclass(frozen=True)
class CheckpointConfig:
    every_steps: int | None
    every_seconds: float
    keep_last: int


@dataclass(frozen=True)
class DpoConfig:
    beta: float
    label_smoothing: float
    sft_weight: float


@dataclass(frozen=True)
class TrainingConfig:
    method: Literal["sft", "dpo"]
    seed: int
    epochs: float
    max_steps: int | None
    learning_rate: float
    schedule: Literal["cosine", "linear", "constant"]
    warmup_ratio: float
    min_learning_rate_ratio: float
    weight_decay: float
    max_grad_norm: float | None
    max_length: int
    overlong: Literal["drop", "truncate"]
    packing: bool
    tokens_per_step: int
    micro_batch_tokens: int | None
    lora: LoraConfig
    prefix_cache: PrefixCacheConfig
    gradient_checkpointing: Literal["auto", "on", "off"]
    precision: Literal["auto", "fp32", "bf16"]
    device: str
    threads: int | None
    validate_every_steps: int | None
    early_stopping: EarlyStoppingConfig
    checkpoints: CheckpointConfig
    publish_best: bool
    telemetry_seconds: float
    # A run of another method may say nothing about it.
    dpo: DpoConfig | None = None


@dataclass(frozen=True)
class ModelIdentity:
    id: str
    path: str
    architecture: str
    revision: str | None
    sha256: str
    tokenizer_sha256: str
    template_sha256: str | None
    vocabulary_size: int
    layers: int
    context_length: int
    parameters: int


@dataclass(frozen=True)
class DatasetReference:
    id: str
    version: int
    sha256: str
    rows_path: str
    train_split: str
    validation_split: str | None
    # Where the validation split is another dataset's.
    validation_rows_path: str | None = None


@dataclass(frozen=True)
class StartFrom:
    run_id: str
    checkpoint: str


@dataclass(frozen=True)
class RunFile:
    v: Literal[1]
    run_id: str
    config: TrainingConfig
    config_hash: str
    git_commit: str | None
    model: ModelIdentity
    dataset: DatasetReference
    start_from: StartFrom | None
    versions: dict[str, str]


def load_run_file(run_dir: Path) -> RunFile:
    """Reads and checks `<run>/config.json`."""
    path = run_dir / "config.json"
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainerError("environment", f"The run's config.json cannot be read: {error}") from error
    try:
        return decode(RunFile, value, "$")
    except ValueError as error:
        raise TrainerError("environment", f"The run's config.json is not valid: {error}") from error


def camel_case(name: str) -> str:
    """snake_case to camelCase."""
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def snake_case(name: str) -> str:
    """camelCase to snake_case."""
    return re.sub(r"([A-Z])", lambda found: "_" + found.group(1).lower(), name)


def encode(value: Any) -> Any:
    """A dataclass, or anything that holds some, as JSON values with camelCase keys."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {camel_case(field.name): encode(getattr(value, field.name)) for field in fields}
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    return value


def decode(kind: type[T], value: Any, path: str = "$") -> T:
    """JSON values as a dataclass. Unknown keys are skipped; a missing key or a wrong type is a ValueError."""
    return _decode(kind, value, path)


def _decode(kind: Any, value: Any, path: str) -> Any:
    if kind is Any:
        return value
    if dataclasses.is_dataclass(kind):
        return _decode_dataclass(kind, value, path)
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _decode_union(kind, value, path)
    if origin is Literal:
        if value not in typing.get_args(kind):
            raise ValueError(f"{path}: expected one of {', '.join(map(str, typing.get_args(kind)))}")
        return value
    if origin is list:
        if not isinstance(value, list):
            raise ValueError(f"{path}: expected a list")
        (item,) = typing.get_args(kind)
        return [_decode(item, element, f"{path}[{index}]") for index, element in enumerate(value)]
    if origin is dict:
        if not isinstance(value, dict):
            raise ValueError(f"{path}: expected an object")
        (_, item) = typing.get_args(kind)
        return {str(key): _decode(item, element, f"{path}.{key}") for key, element in value.items()}
    return _decode_scalar(kind, value, path)


def _decode_dataclass(kind: Any, value: Any, path: str) -> Any:
    if not isinstance(value, dict):
        raise ValueError(f"{path}: expected an object")
    hints = typing.get_type_hints(kind)
    found: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        key = camel_case(field.name)
        if key in value:
            found[field.name] = _decode(hints[field.name], value[key], f"{path}.{key}")
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise ValueError(f"{path}.{key}: missing")
    return kind(**found)


def _decode_union(kind: Any, value: Any, path: str) -> Any:
    options = typing.get_args(kind)
    if value is None:
        if type(None) in options:
            return None
        raise ValueError(f"{path}: must not be null")
    problem: ValueError | None = None
    for option in options:
        if option is type(None):
            continue
        try:
            return _decode(option, value, path)
        except ValueError as error:
            problem = error
    raise problem if problem is not None else ValueError(f"{path}: unexpected value")


def _decode_scalar(kind: Any, value: Any, path: str) -> Any:
    if kind is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    raise ValueError(f"{path}: expected {kind.__name__}")
