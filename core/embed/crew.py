"""Which devices a model is opened on, and keeping it open."""

from __future__ import annotations

import functools
import threading

from core.embed.spec import ModelSpec
from core.embed.towers import Towers
from core.embed.weights import files_mark, weight_files
from core.errors import InputError
from core.store import canonical_json

_opening = threading.Lock()


def pick_devices(wanted: str = "auto") -> tuple[str, ...]:
    """The devices to compute on: every CUDA card, else MPS, else the CPU; or those that are named, with commas.

    Raises:
        InputError: One that was asked for is not there.
    """
    import torch

    cards = torch.cuda.device_count() if torch.cuda.is_available() else 0
    there = {"cuda": cards > 0, "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        if cards > 1:
            return tuple(f"cuda:{number}" for number in range(cards))
        return (next(name for name, here in there.items() if here),)
    names = tuple(name.strip() for name in wanted.split(","))
    for name in names:
        kind, _, number = name.partition(":")
        if not there[kind] or (kind == "cuda" and number and not (number.isdecimal() and int(number) < cards)):
            raise InputError(f"This machine has no {name} device.", "Take auto or cpu.")
    return names


def open_crew(spec: ModelSpec, device: str = "auto") -> tuple[Towers, ...]:
    """An open model on each device; the last one stays open, and is opened anew when its files have changed.

    Raises:
        ModelUnavailableError: It cannot be had.
        InputError: A device is not there.
    """
    files = weight_files(spec)
    mark = canonical_json(files_mark(files)) if files is not None else ""
    with _opening:
        return _open(spec, pick_devices(device), mark)


def open_towers(spec: ModelSpec, device: str = "auto") -> Towers:
    """The first of :func:`open_crew`."""
    return open_crew(spec, device)[0]


@functools.lru_cache(maxsize=1)
def _open(spec: ModelSpec, devices: tuple[str, ...], mark: str) -> tuple[Towers, ...]:
    first = Towers(spec, devices[0])
    return (first, *(first.twin(device) for device in devices[1:]))
