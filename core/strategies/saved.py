"""The user's own strategies: one file each beside the data, to be kept, sent and edited."""

from __future__ import annotations

from pathlib import Path

from core.config import settings
from core.errors import InputError
from core.store import write_json_atomic
from core.strategies.builtin import BUILTIN
from core.strategies.recipe import Strategy, read_strategies

FOLDER = "strategies"


def saved_folder() -> Path:
    """``strategies/`` in the data folder."""
    return settings().data_dir / FOLDER


def saved_strategies() -> tuple[dict[str, Strategy], list[str]]:
    """The built-in strategies, then the user's, by name; and what is wrong with files that are left out."""
    found, wrong = read_strategies(saved_folder())
    wrong += [f"{one.name}.json has the name of a built-in strategy." for one in found if one.name in BUILTIN]
    return {**BUILTIN, **{one.name: one for one in found if one.name not in BUILTIN}}, wrong


def save_strategy(strategy: Strategy) -> Path:
    """Write or replace a strategy of one's own.

    Raises:
        InputError: A built-in one has the name.
        StorageError: The disk refused.
    """
    if strategy.name in BUILTIN:
        raise InputError(f"{strategy.name} is a built-in strategy.", "Give yours another name.")
    path = saved_folder() / f"{strategy.name}.json"
    write_json_atomic(path, strategy.to_json())
    return path


def forget_strategy(name: str) -> None:
    """Take away a strategy of one's own; what it scored stays.

    Raises:
        InputError: No such strategy of one's own.
    """
    found = {one.name for one in read_strategies(saved_folder())[0]} - set(BUILTIN)
    if name not in found:
        raise InputError(f"no saved strategy {name!r}.", "Choose one of your own.")
    (saved_folder() / f"{name}.json").unlink(missing_ok=True)
