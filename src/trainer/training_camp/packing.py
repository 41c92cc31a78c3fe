"""Which documents go into which optimizer step and forward pass. Pure arithmetic on lengths, the same for a seed."""

from __future__ import annotations

import bisect
import random
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class StepPlan:
    """The steps of one epoch; each step is a list of micro-batches, each a list of document indices."""

    steps: list[list[list[int]]]
    capacity: int
    efficiency: float


def pack(lengths: Sequence[int], capacity: int, order: Sequence[int]) -> list[list[int]]:
    """
    Best-fit decreasing: the longest document first, into the fullest bin that still has room.
    `order` decides between documents of one length. A document longer than the capacity gets a bin of its own.
    """
    bins: list[list[int]] = []
    rooms: list[int] = []
    bins_by_room: dict[int, list[int]] = {}
    for document in sorted(order, key=lambda index: -lengths[index]):
        length = lengths[document]
        place = bisect.bisect_left(rooms, length)
        if place == len(rooms):
            bins.append([document])
            target, room = len(bins) - 1, max(capacity - length, 0)
        else:
            room = rooms[place]
            target = bins_by_room[room].pop()
            if not bins_by_room[room]:
                del bins_by_room[room]
                rooms.pop(place)
            bins[target].append(document)
            room -= length
        if room > 0:
            if room not in bins_by_room:
                bins_by_room[room] = []
                bisect.insort(rooms, room)
            bins_by_room[room].append(target)
    return bins


def plan_steps(
    lengths: Sequence[int], *, tokens_per_step: int, micro_batch_tokens: int, seed: int, packing: bool
) -> StepPlan:
    """
    Packs documents into steps first and each step into micro-batches then, so that halving the micro-batch
    leaves the documents of every step, and with them the gradient, as they were.
    """
    order = list(range(len(lengths)))
    random.Random(f"{seed}:documents").shuffle(order)
    bins = pack(lengths, tokens_per_step, order)
    steps: list[list[list[int]]] = []
    for members in bins:
        if packing:
            local = pack([lengths[member] for member in members], micro_batch_tokens, range(len(members)))
            steps.append([[members[index] for index in group] for group in local])
        else:
            steps.append([[member] for member in members])
    total = sum(lengths)
    room = sum(max(tokens_per_step, sum(lengths[member] for member in members)) for members in bins)
    return StepPlan(steps, tokens_per_step, total / room if room > 0 else 1.0)


def epoch_order(step_count: int, seed: int, epoch: int) -> list[int]:
    """The order of the steps in an epoch. The composition of a step stays, so that cached prefixes stay valid."""
    order = list(range(step_count))
    random.Random(f"{seed}:epoch:{epoch}").shuffle(order)
    return order
