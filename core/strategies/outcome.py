"""What came of a strategy on a catalogue, kept for ever beside the runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

import pandas as pd

from core.errors import InputError
from core.folds import FoldPlan, random_plan
from core.store import ArtifactStore, RecordStore, cache_key
from core.strategies.costs import Costs
from core.strategies.recipe import Strategy
from core.strategies.resolve import blocks_of, specs_of
from core.train import FAMILIES, block_keys
from core.types import ID, Catalog

KIND = "strategies"
VERSION = 2
"""Raised when a record's fields or the way of measuring change; others are left alone and measured again."""
State: TypeAlias = Literal["done", "failed"]


@dataclass(frozen=True)
class Outcome:
    """A strategy's row on the board, as measured.

    Attributes:
        strategy_key: Of the recipe.
        made_from: Moves with every block, price and model family; another one now means that this is out of date.
        error: Why it failed; ``""`` when it did not.
        oof_smape_pct, low_pct, high_pct: Out of fold on the train rows, weights nested, and its 90 % interval.
        run_ids: Of the models in the recipe's order.
        weights: Of the models in the blend, by ``run_id``.
        costs: Its parts as measured when they were made.
        seconds: This time, from the start to the blend, with what the cache held already.
        in_parts: True when the cache held some of it, so that ``costs`` was put together.
        forecast_seconds: Forecasting, this time.
        warm_seconds: Once more with everything cached.
        foretold_seconds: What had been foretold for ``seconds`` and the forecast together; None for nothing.
        peak_gib: Most memory held meanwhile.
        forecast: As in a report; None without a test file or when it could not be made.
        sha256: Of the submission file that it gives.
        created: When, ISO 8601.
    """

    name: str
    strategy_key: str
    made_from: str
    state: State
    created: str
    error: str = ""
    oof_smape_pct: float = float("nan")
    low_pct: float = float("nan")
    high_pct: float = float("nan")
    run_ids: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    costs: Costs | None = None
    seconds: float = float("nan")
    in_parts: bool = False
    forecast_seconds: float = float("nan")
    warm_seconds: float = float("nan")
    foretold_seconds: float | None = None
    peak_gib: float = float("nan")
    forecast: Mapping[str, Any] | None = None
    sha256: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; not a number becomes null."""
        value = asdict(self)
        value |= {"run_ids": list(self.run_ids), "weights": dict(self.weights), "version": VERSION}
        value["costs"] = None if self.costs is None else self.costs.to_json()
        return {name: None if isinstance(said, float) and said != said else said for name, said in value.items()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Outcome:
        """Undo :meth:`to_json`."""
        told = {name: said for name, said in value.items() if said is not None and name != "version"}
        told |= {"run_ids": tuple(value["run_ids"])}
        if value["costs"] is not None:
            told["costs"] = Costs.from_json(value["costs"])
        return cls(**told)


def made_from(strategy: Strategy, catalog: Catalog, plan: FoldPlan, *, store: ArtifactStore) -> str:
    """Hash of all that the strategy's score follows from here, without computing a block.

    Raises:
        InputError: A block that the catalogue does not have.
    """
    keys = block_keys(catalog, plan, blocks_of(strategy, catalog), store=store)
    versions = [f"{spec.family} {FAMILIES[spec.family].version}" for spec in specs_of(strategy, catalog)]
    return cache_key("strategy.made_from", VERSION, {"families": versions}, [strategy.key, plan.key, *keys.values()])


def plan_for(strategy: Strategy, catalog: Catalog) -> FoldPlan:
    """The folds that the strategy is scored on."""
    return random_plan(catalog, n_folds=strategy.folds, seed=strategy.seed)


def keep_outcome(outcome: Outcome, catalog: Catalog, *, store: ArtifactStore) -> None:
    """Write or replace the row of that strategy on that catalogue."""
    RecordStore(KIND, store.root).put(_name(catalog.key, outcome.strategy_key), outcome.to_json())


def find_outcome(strategy: Strategy, catalog: Catalog, *, store: ArtifactStore) -> Outcome | None:
    """What came of it last, or None before; whether it still holds is told by :func:`is_current`."""
    record = RecordStore(KIND, store.root).get(_name(catalog.key, strategy.key))
    if record is None or record.get("version") != VERSION:
        return None
    return Outcome.from_json(record)


def is_current(outcome: Outcome, strategy: Strategy, catalog: Catalog, *, store: ArtifactStore) -> bool:
    """False when a block, the model's code or what was brought beside the files has changed since, and for a failure
    (what it lacked may be there now)."""
    if outcome.state != "done":
        return False
    try:
        return outcome.made_from == made_from(strategy, catalog, plan_for(strategy, catalog), store=store)
    except InputError:
        return False


def keep_oof(made_of: str, oof: pd.Series, *, store: ArtifactStore) -> None:
    """Keep ``log_price`` of the train rows, weights nested."""
    store.frame(_oof_key(made_of), lambda: oof.to_frame("log_price"))


def find_oof(made_of: str, *, store: ArtifactStore) -> pd.Series | None:
    """What :func:`keep_oof` kept, or None when the cache has let it go."""
    oof = store.find_frame(_oof_key(made_of))
    return None if oof is None else oof["log_price"].rename_axis(ID)


def _name(catalog_key: str, strategy_key: str) -> str:
    return f"{catalog_key[:32]}-{strategy_key[:32]}"


def _oof_key(made_of: str) -> str:
    return cache_key("strategy.oof", VERSION, {}, [made_of])
