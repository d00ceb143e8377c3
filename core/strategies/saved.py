"""The user's own strategies: one file each beside the data, to be kept, sent and edited."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from core.config import settings
from core.errors import InputError
from core.store import hash_bytes, write_json_atomic
from core.strategies.builtin import BUILTIN
from core.strategies.recipe import LONGEST_NAME, Strategy, read_strategies

FOLDER = "strategies"


def saved_folder() -> Path:
    """``strategies/`` in the data folder."""
    return settings().data_dir / FOLDER


def saved_strategies() -> tuple[dict[str, Strategy], list[str]]:
    """The built-in strategies, then the user's, by name; and what is wrong with files that are left out."""
    found, wrong = read_strategies(saved_folder())
    wrong += [f"{one.name}.json has the name of a built-in strategy." for one in found if one.name in BUILTIN]
    return {**BUILTIN, **{one.name: one for one in found if one.name not in BUILTIN}}, wrong


def name_for(title: str) -> str:
    """A strategy's name from what it is called; of a title without a Latin letter or digit, from its hash.

    >>> name_for("Größe & Marke, zweiter Versuch")
    'grosse_marke_zweiter_versuch'
    >>> name_for("価格").startswith("strategy_")
    True
    """
    plain = unicodedata.normalize("NFKD", title.casefold())
    kept = "".join(character for character in plain if not unicodedata.combining(character))
    name = re.sub(r"[^a-z0-9]+", "_", kept).strip("_")[:LONGEST_NAME].strip("_")
    return name or f"strategy_{hash_bytes(title.encode())[:8]}"


def save_strategy(strategy: Strategy, *, replace: bool = False) -> Path:
    """Write a strategy of one's own.

    Args:
        replace: Write over one of the same name.

    Raises:
        InputError: A built-in one has the name, or one of one's own has it and is not to be replaced.
        StorageError: The disk refused.
    """
    if strategy.name in BUILTIN:
        raise InputError(f"{strategy.name} is a built-in strategy.", "Give yours another name.")
    path = saved_folder() / f"{strategy.name}.json"
    if path.exists() and not replace:
        raise InputError(f"there is a strategy {strategy.name} already.", "Give this another name, or replace that.")
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
