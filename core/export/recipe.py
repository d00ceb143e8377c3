"""All that it takes to make a submission again: what was trained on what, and how it was mixed.

It is the machine's half of a bundle's manifest. Reading one checks every field, because a manifest comes from outside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, cast

from core.blend import SPACES, Space
from core.embed import ModelSpec
from core.errors import InputError
from core.folds import PlanKind
from core.train import TrainSpec

SCHEMA = 1
"""Of the manifest; raised when an older version of the studio could no longer read it."""
MOST_THREADS = 64
PHOTO_BLOCKS = ("photo", "image")
_NAME = re.compile(r"[\w.,()~@ /+-]{1,200}")


@dataclass(frozen=True)
class DataRecipe:
    """What the catalogue was.

    Attributes:
        key: Of the catalogue; moves with any byte of its files.
        drop_bad_prices: How the train file was read.
        overrides_key: Of the corrections that held; ``""`` for none.
        side_tables: Key of each by its name; blocks may read tables that they do not name.
        files: SHA-256 of each file by its role (``train``, ``test``, ``side:<file name>``), where the files were known.
    """

    key: str
    n_train: int
    n_test: int
    drop_bad_prices: bool = False
    overrides_key: str = ""
    side_tables: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PlanRecipe:
    """The fold plan, whose folds stand in the bundle row by row."""

    kind: PlanKind
    n_folds: int
    seed: int
    key: str


@dataclass(frozen=True)
class MemberRecipe:
    """A member that this studio trained.

    Attributes:
        name: In the blend.
        key: Of the run.
        rounds: That each fold's models predict with.
        block_keys: Key of each of its blocks.
        models: For each fold the files of its models.
    """

    name: str
    weight: float
    key: str
    spec: TrainSpec
    family_version: int
    rounds: tuple[int, ...]
    block_keys: Mapping[str, str]
    oof_smape_pct: float
    models: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ImportedRecipe:
    """A member that came from elsewhere: its predictions stand in the bundle."""

    name: str
    weight: float
    predictions: str


@dataclass(frozen=True)
class MixRecipe:
    """How members become one price.

    Attributes:
        order: Names of the members in the order in which they are mixed.
        rule: ``none``; ``shift``, the same ``log_price_move`` for every row; ``by_row``, moves in the file ``moves``.
    """

    method: str
    space: Space
    intercept: float
    order: tuple[str, ...]
    rule: str = "none"
    log_price_move: float = 0.0
    moves: str = ""


@dataclass(frozen=True)
class Recipe:
    """Everything together.

    Attributes:
        vectors: Model behind each name that a block of vectors carries after its ``@``.
        block_values: Hash of what the models saw of each block for the test rows, over all folds.
        blas_threads: That sums were split over; float32 sums end in other last digits with another number.
        versions: Of Python and the libraries that have a say in the numbers.
    """

    data: DataRecipe
    plan: PlanRecipe
    members: tuple[MemberRecipe, ...]
    imported: tuple[ImportedRecipe, ...]
    mix: MixRecipe
    vectors: Mapping[str, ModelSpec]
    block_values: Mapping[str, str]
    blas_threads: int
    versions: Mapping[str, str]

    @property
    def blocks(self) -> list[str]:
        """Names of all blocks of all members."""
        return sorted({name for member in self.members for name in member.spec.blocks})

    @property
    def needs_photos(self) -> bool:
        """True when a block was made from photos."""
        return any(name.startswith(PHOTO_BLOCKS) for name in self.blocks)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "data": asdict(self.data),
            "fold_plan": asdict(self.plan),
            "members": [
                {
                    **{
                        name: getattr(one, name)
                        for name in ("name", "weight", "key", "family_version", "oof_smape_pct")
                    },
                    "settings": one.spec.to_json(),
                    "rounds": list(one.rounds),
                    "block_keys": dict(one.block_keys),
                    "models": [list(files) for files in one.models],
                }
                for one in self.members
            ],
            "imported": [asdict(one) for one in self.imported],
            "mix": {**asdict(self.mix), "order": list(self.mix.order)},
            "vectors": {name: spec.to_json() for name, spec in self.vectors.items()},
            "block_values": dict(self.block_values),
            "blas_threads": self.blas_threads,
            "versions": dict(self.versions),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Recipe:
        """Undo :meth:`to_json`.

        Raises:
            InputError: A field is missing or holds what it cannot.
        """
        try:
            found = _recipe(value)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _broken(f"{type(error).__name__}: {error}") from error
        _check(found)
        return found


def _recipe(value: Mapping[str, Any]) -> Recipe:
    data, plan, mix = dict(value["data"]), dict(value["fold_plan"]), dict(value["mix"])
    return Recipe(
        DataRecipe(**{**data, "side_tables": _strings(data["side_tables"]), "files": _strings(data["files"])}),
        PlanRecipe(**plan),
        tuple(_member(dict(one)) for one in value["members"]),
        tuple(ImportedRecipe(**dict(one)) for one in value["imported"]),
        MixRecipe(**{**mix, "order": _texts(mix["order"])}),
        {str(name): ModelSpec.from_json(dict(spec)) for name, spec in dict(value["vectors"]).items()},
        _strings(value["block_values"]),
        int(value["blas_threads"]),
        _strings(value["versions"]),
    )


def _member(value: dict[str, Any]) -> MemberRecipe:
    return MemberRecipe(
        name=str(value["name"]),
        weight=float(value["weight"]),
        key=str(value["key"]),
        spec=TrainSpec.from_json(dict(value["settings"])),
        family_version=int(value["family_version"]),
        rounds=tuple(int(number) for number in value["rounds"]),
        block_keys=_strings(value["block_keys"]),
        oof_smape_pct=float(value["oof_smape_pct"]),
        models=tuple(_texts(files) for files in value["models"]),
    )


def _check(found: Recipe) -> None:
    plan, mix = found.plan, found.mix
    if not isinstance(plan.n_folds, int) or not 2 <= plan.n_folds <= 100:
        raise _broken(f"{plan.n_folds!r} folds")
    if mix.space not in SPACES or mix.rule not in ("none", "shift", "by_row"):
        raise _broken(f"members mixed in {mix.space!r} space, moved by {mix.rule!r}")
    if not isinstance(mix.intercept, int | float) or not isinstance(mix.log_price_move, int | float):
        raise _broken("an intercept or a move that is no number")
    names = [*(one.name for one in found.members), *(one.name for one in found.imported)]
    if not names or sorted(names) != sorted(mix.order) or len(set(names)) != len(names):
        raise _broken("members that are not those of the mix")
    for member in found.members:
        if len(member.models) != plan.n_folds or len(member.rounds) != plan.n_folds or not all(member.models):
            raise _broken(f"member {member.name!r} without a model for every fold")
        if min(member.rounds) < 1:
            raise _broken(f"member {member.name!r} that predicts with no round")
    if not 1 <= found.blas_threads <= MOST_THREADS:
        raise _broken(f"{found.blas_threads} threads")
    if not isinstance(found.data.drop_bad_prices, bool) or not all(map(_NAME.fullmatch, found.data.side_tables)):
        raise _broken("no usable account of the data")


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise TypeError(f"{str(value)[:40]} is no list of texts")
    return tuple(cast(list[str], value))


def _strings(value: Any) -> dict[str, str]:
    found = dict(value)
    if not all(isinstance(one, str) for one in (*found, *found.values())):
        raise TypeError(f"{str(value)[:40]} does not hold texts by name")
    return found


def _broken(what: str) -> InputError:
    return InputError(f"the bundle's manifest has {what[:200]}.", "Fetch the bundle again; it may be damaged.")
