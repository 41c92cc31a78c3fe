"""Greedy answers to many prompts at once, each the same as if it were alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from . import kv_store
from .kv_store import KvStore
from .model import Anatomy

MIN_SHARED = 16
MAX_ANSWERS = 64
PACK_TOKENS = 4096
STORE_BYTES = 1024**3


@dataclass(slots=True)
class Answer:
    """Tokens without the stop token; `stopped` is false where the limit ended it."""

    ids: list[int] = field(default_factory=list[int])
    stopped: bool = False


@torch.inference_mode()
def greedy(
    model: Any,
    prompts: Sequence[list[int]],
    *,
    stop_ids: Sequence[int],
    max_new_tokens: int,
    on_answer: Callable[[], None] = lambda: None,
) -> list[Answer]:
    """Answers in the order of the prompts. Ties go to the lower token id."""
    kv_store.register()
    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    base.set_attn_implementation(kv_store.NAME)
    anatomy = Anatomy.of(model)
    answers = [Answer() for _ in prompts]
    order = sorted(range(len(prompts)), key=lambda i: (len(prompts[i]), i))
    shared = shared_prefix(prompts)
    store = KvStore(0)
    if shared:
        _read_prefix(anatomy, store, list(prompts[0][:shared]))
    for batch in _batches(order, prompts, shared, max_new_tokens, base.config.get_text_config()):
        own = [prompts[i][shared:] for i in batch]
        store.capacity = max(map(len, own)) + max_new_tokens
        _answer(anatomy, store, own, [answers[i] for i in batch], set(stop_ids), max_new_tokens, on_answer)
    return answers


def shared_prefix(prompts: Sequence[list[int]]) -> int:
    """Number of leading tokens that all prompts have, at least one token short of the shortest; 0 when not worth it."""
    if len(prompts) < 2:
        return 0
    first, last = min(prompts), max(prompts)
    limit = min(min(map(len, prompts)) - 1, len(first), len(last))
    same = next((i for i in range(limit) if first[i] != last[i]), limit)
    return same if same >= MIN_SHARED else 0


def _batches(order: list[int], prompts: Sequence[list[int]], shared: int, new: int, config: Any) -> list[list[int]]:
    """Prompts of similar length together, as many as the store may hold."""
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    bytes_per_token = 2 * 4 * heads * size * config.num_hidden_layers
    batches: list[list[int]] = []
    tokens = 0
    for i in order:
        own = len(prompts[i]) - shared
        count = len(batches[-1]) + 1 if batches else 1
        is_full = count > MAX_ANSWERS or count * (own + new) * bytes_per_token > STORE_BYTES
        if not batches or is_full or (tokens + own > PACK_TOKENS and count > 1):
            batches.append([])
            tokens = 0
        batches[-1].append(i)
        tokens += own
    return batches


def _read_prefix(anatomy: Anatomy, store: KvStore, ids: list[int]) -> None:
    device = next(anatomy.head.parameters()).device
    store.is_reading_prefix = True
    positions = torch.arange(len(ids), device=device)[None]
    anatomy.decoder(input_ids=torch.tensor([ids], device=device), position_ids=positions, use_cache=False, store=store)
    store.is_reading_prefix = False


def _answer(
    anatomy: Anatomy,
    store: KvStore,
    prompts: list[list[int]],
    answers: list[Answer],
    stops: set[int],
    limit: int,
    on_answer: Callable[[], None],
) -> None:
    device = next(anatomy.head.parameters()).device
    store.start([len(p) for p in prompts], device)
    ids = torch.tensor([[token for prompt in prompts for token in prompt]], device=device)
    positions = torch.cat([torch.arange(len(p), device=device) for p in prompts])[None] + store.prefix_length
    hidden = anatomy.decoder(input_ids=ids, position_ids=positions, use_cache=False, store=store).last_hidden_state
    ends = torch.tensor([len(p) for p in prompts], device=device).cumsum(0) - 1
    store.prompt_lengths = None
    running = list(range(len(prompts)))
    ended: set[int] = set()
    chosen = anatomy.head(hidden[0, ends]).argmax(-1)
    for count in range(1, limit + 1):
        for answer, token in zip(running, chosen.tolist(), strict=True):
            if answer in ended:
                continue
            if token in stops:
                answers[answer].stopped = True
            else:
                answers[answer].ids.append(token)
            if token in stops or count == limit:
                ended.add(answer)
                on_answer()
        alive = [place for place, answer in enumerate(running) if answer not in ended]
        if not alive:
            return
        # Ended answers are computed on until a quarter of the batch has ended: throwing them out copies the store.
        if len(alive) <= 0.75 * len(running):
            keep = torch.tensor(alive, device=device)
            store.keep(keep)
            chosen, running = chosen[keep], [running[place] for place in alive]
        positions = (store.lengths + store.prefix_length)[None]
        hidden = anatomy.decoder(
            input_ids=chosen[None], position_ids=positions, use_cache=False, store=store
        ).last_hidden_state
        store.lengths = store.lengths + 1
        chosen = anatomy.head(hidden[0]).argmax(-1)
