"""Why did this number change? What two runs were asked and given, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

from core.train import RunRecord, TrainSpec, family_title

Kind: TypeAlias = Literal["settings", "blocks", "data", "code"]
NONE = "–"
UNKNOWN = "not recorded"


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes:
        kind: What sort of thing differs.
        what: Its name in plain words.
        one, other: How it is in the first and in the second run.
    """

    kind: Kind
    what: str
    one: str
    other: str


def changes(one: RunRecord, other: RunRecord, titles: Mapping[str, str]) -> list[Change]:
    """Everything that differs between two runs; empty when they are the same run.

    Args:
        titles: Block name to what a screen calls it.
    """
    return [*_settings(one.spec, other.spec), *_blocks(one, other, titles), *_data(one, other), *_code(one, other)]


def _settings(one: TrainSpec, other: TrainSpec) -> list[Change]:
    found = []
    for field in fields(TrainSpec):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if field.name != "blocks" and mine != theirs:
            said = [family_title(value) if field.name == "family" else f"{value}" for value in (mine, theirs)]
            found.append(Change("settings", field.name.replace("_", " "), *said))
    return found


def _blocks(one: RunRecord, other: RunRecord, titles: Mapping[str, str]) -> list[Change]:
    names = sorted({*one.blocks, *other.blocks})
    found = []
    for name in names:
        title = titles.get(name, name)
        if name not in one.blocks:
            found.append(Change("blocks", title, NONE, "added"))
        elif name not in other.blocks:
            found.append(Change("blocks", title, "had it", NONE))
        elif one.facts.known and other.facts.known:
            keys = [run.facts.block_keys.get(name, "") for run in (one, other)]
            # Other data or other folds give every key another value; that is said once, under data.
            if keys[0] != keys[1] and one.plan_key == other.plan_key:
                found.append(Change("blocks", f"{title}, read otherwise", keys[0][:8], keys[1][:8]))
    return found


def _data(one: RunRecord, other: RunRecord) -> list[Change]:
    found = []
    if one.catalog_key != other.catalog_key:
        found.append(Change("data", "catalogue", _catalog(one), _catalog(other)))
    if one.facts.overrides_key != other.facts.overrides_key and one.facts.known and other.facts.known:
        keys = [run.facts.overrides_key[:8] or "none" for run in (one, other)]
        found.append(Change("data", "corrections", keys[0], keys[1]))
    folds = [f"{run.n_folds} {run.plan_kind.replace('_', '-')}, seed {run.plan_seed}" for run in (one, other)]
    if folds[0] != folds[1]:
        found.append(Change("data", "folds", folds[0], folds[1]))
    return found


def _code(one: RunRecord, other: RunRecord) -> list[Change]:
    if one.family != other.family:
        return []
    versions = [run.facts.family_version for run in (one, other)]
    if versions[0] == versions[1]:
        return []
    return [Change("code", "version of the model family", *(str(v) if v else UNKNOWN for v in versions))]


def _catalog(run: RunRecord) -> str:
    name = run.facts.catalog_name or UNKNOWN
    rows = f", {run.facts.n_train:,} + {run.facts.n_test:,} rows" if run.facts.n_train else ""
    return f"{name}{rows} ({run.catalog_key[:8]})"
