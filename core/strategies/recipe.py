"""A strategy: a recipe that can be written down, sent to a colleague and run on any catalogue."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from core.errors import InputError
from core.runs import changed_settings, with_settings
from core.store import cache_key
from core.train import FamilyName, LossName, TrainSpec

SCHEMA = 1
MOST_BYTES = 100_000
"""A recipe takes about one kilobyte."""
LONGEST_NAME = 40
_NAME = re.compile(rf"[a-z0-9][a-z0-9_-]{{0,{LONGEST_NAME - 1}}}")
_FIELDS = {"schema", "name", "title", "meaning", "blocks", "members", "folds", "seed"}
_MEMBER_FIELDS = {"family", "loss", "settings"}


@dataclass(frozen=True)
class MemberRecipe:
    """One model of a strategy.

    Attributes:
        settings: Those of a :class:`core.train.TrainSpec` that differ from the default.

    Raises:
        InputError: An unknown family, loss or setting, or a value out of range.
    """

    family: str
    loss: str = "l1"
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.spec(("any",), seed=0)

    def spec(self, blocks: tuple[str, ...], *, seed: int) -> TrainSpec:
        """The run that it asks for on these blocks."""
        plain = TrainSpec(cast(FamilyName, self.family), blocks, seed=seed, loss=cast(LossName, self.loss))
        return with_settings(plain, dict(self.settings)) if self.settings else plain

    @classmethod
    def of(cls, spec: TrainSpec) -> MemberRecipe:
        """The recipe of a run."""
        changed = {name: value for name, value in changed_settings(spec).items() if name != "loss"}
        return cls(spec.family, spec.loss, changed)


@dataclass(frozen=True)
class Strategy:
    """Blocks, models and folds.

    Attributes:
        name: Stable id of small letters, digits, ``-`` and ``_``.
        meaning: One line for somebody who has to choose.
        blocks: Names of blocks, patterns such as ``image@*`` which must fit at least one block of the catalogue, or
            ``preset:NAME`` for the blocks of a preset.
        members: Models that are blended; none is the constant: the median price of the other folds.
        folds, seed: Of the random fold plan; the seed feeds the models as well.

    Raises:
        InputError: A name that is none, members without blocks or blocks without members, or fewer than two folds.
    """

    name: str
    title: str
    meaning: str
    blocks: tuple[str, ...]
    members: tuple[MemberRecipe, ...]
    folds: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise InputError(
                f"{self.name!r} is no name of a strategy.", f"Take up to {LONGEST_NAME} small letters, digits, - and _."
            )
        if bool(self.blocks) != bool(self.members):
            raise InputError(f"strategy {self.name}: blocks and models go together.", "Name both, or neither.")
        if not 2 <= self.folds <= 20 or self.seed < 0:
            raise InputError(
                f"strategy {self.name}: {self.folds} folds, seed {self.seed}.", "Take 2 to 20 folds and a seed from 0."
            )

    @property
    def key(self) -> str:
        """Hash of all that changes a score; titles do not."""
        told = self.to_json()
        return cache_key("strategy", SCHEMA, {name: told[name] for name in ("blocks", "members", "folds", "seed")}, [])

    def to_json(self) -> dict[str, Any]:
        """The recipe as its file holds it."""
        return {
            "schema": SCHEMA,
            "name": self.name,
            "title": self.title,
            "meaning": self.meaning,
            "blocks": list(self.blocks),
            "members": [
                {"family": member.family, "loss": member.loss, "settings": dict(member.settings)}
                for member in self.members
            ],
            "folds": self.folds,
            "seed": self.seed,
        }

    @classmethod
    def from_json(cls, value: Any) -> Strategy:
        """Undo :meth:`to_json`.

        Raises:
            InputError: Not of that shape, or of a later version.
        """
        if not isinstance(value, dict) or not {"name", "blocks", "members"} <= set(value) <= _FIELDS:
            raise InputError("this is no strategy.", f"It has the fields {', '.join(sorted(_FIELDS))}.")
        if value.get("schema", SCHEMA) != SCHEMA:
            raise InputError(f"a strategy of schema {value['schema']!r}; this version reads {SCHEMA}.", "Save it anew.")
        blocks, members = value["blocks"], value["members"]
        if not _all(blocks, str) or not _all(members, dict):
            raise InputError("a strategy's blocks are names and its members objects.", "Mend the file.")
        return cls(
            _text(value, "name"),
            _text(value, "title", value["name"]),
            _text(value, "meaning", ""),
            tuple(blocks),
            tuple(_member(member) for member in members),
            _whole(value, "folds", 5),
            _whole(value, "seed", 0),
        )


def read_strategy(data: bytes, *, where: str) -> Strategy:
    """The strategy in a file's bytes.

    Args:
        where: What the error calls the file.

    Raises:
        InputError: Too large, no JSON, or no strategy.
    """
    if len(data) > MOST_BYTES:
        raise InputError(f"{where} is too large for a strategy.", f"One takes {MOST_BYTES:,} bytes at most.")
    try:
        return Strategy.from_json(json.loads(data))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: no JSON ({error}).", "Choose a file that was saved as a strategy.") from error
    except InputError as error:
        raise InputError(f"{where}: {error.what}", error.remedy) from error


def read_strategies(folder: Path) -> tuple[list[Strategy], list[str]]:
    """Every ``*.json`` of a folder as a strategy, by name, and what is wrong with those that are none."""
    found, wrong = {}, []
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else []:
        try:
            with path.open("rb") as file:
                # One more than is allowed is enough to refuse it.
                strategy = read_strategy(file.read(MOST_BYTES + 1), where=path.name)
        except InputError as error:
            wrong.append(str(error))
        except OSError as error:
            wrong.append(f"{path.name} cannot be read ({error.strerror}).")
        else:
            found[strategy.name] = strategy
    return [found[name] for name in sorted(found)], wrong


def _member(value: dict[str, Any]) -> MemberRecipe:
    if not set(value) <= _MEMBER_FIELDS or not isinstance(value.get("settings", {}), dict):
        raise InputError(f"a model with the fields {sorted(value)}.", f"It has {', '.join(sorted(_MEMBER_FIELDS))}.")
    return MemberRecipe(_text(value, "family"), _text(value, "loss", "l1"), value.get("settings", {}))


def _all(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def _text(value: Mapping[str, Any], name: str, default: str | None = None) -> str:
    found = value.get(name, default)
    if not isinstance(found, str):
        raise InputError(f"a strategy's {name} is {found!r}, no text.", "Mend the file.")
    return found


def _whole(value: Mapping[str, Any], name: str, default: int) -> int:
    found = value.get(name, default)
    if not isinstance(found, int) or isinstance(found, bool):
        raise InputError(f"a strategy's {name} is {found!r}, no whole number.", "Mend the file.")
    return found
