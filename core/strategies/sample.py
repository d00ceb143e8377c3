"""What strategies cost on a part of the rows, their blocks on half of it, and a round of each model at full size.

The part has an empty cache of its own. What is found of a strategy is kept, so that a new recipe is timed by itself.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.embed import catalog_part
from core.errors import InputError, ShelfpriceError
from core.folds import FoldPlan
from core.gains import brand_clusters
from core.shift import catalog_forecast, worth_apart
from core.store import ArtifactStore, cache_key
from core.strategies.costs import Costs
from core.strategies.execute import block_seconds, fit_strategy, prepare
from core.strategies.mixing import constant
from core.strategies.outcome import plan_for
from core.strategies.pace import Pace, measure_paces
from core.strategies.recipe import Strategy
from core.strategies.resolve import blocks_of, specs_of
from core.train import TrainSpec
from core.types import Catalog, ProgressFn, SplitFrame, no_progress, part_of

VERSION = 4
SHARE, LEAST, MOST = 0.25, 1000, 10_000
"""Of the train rows in the part."""
WARM_UP_ROWS = 200


@dataclass(frozen=True)
class Timed:
    """One strategy on the part.

    Attributes:
        part: Its costs there.
        half: Seconds of its blocks on half of the part's rows.
        specs: Its models.
        n_folds: That each is fitted on.
        paces: Of each model at full size.
        apart: True when its forecast takes a model with whole brands held out.
        forecast: Seconds of forecasting at full size, without that.
        seconds: What timing it took.
    """

    part: Costs
    half: Mapping[str, float]
    specs: tuple[TrainSpec, ...]
    n_folds: int
    paces: tuple[Pace, ...]
    apart: bool
    forecast: float
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            **vars(self),
            "part": self.part.to_json(),
            "half": dict(self.half),
            "specs": [spec.to_json() for spec in self.specs],
            "paces": [pace.to_json() for pace in self.paces],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Timed:
        """Undo :meth:`to_json`."""
        read = {
            "part": Costs.from_json(value["part"]),
            "specs": tuple(map(TrainSpec.from_json, value["specs"])),
            "paces": tuple(Pace(**pace) for pace in value["paces"]),
        }
        return cls(**{**value, **read})


@dataclass(frozen=True)
class Sample:
    """What strategies cost on the part.

    Attributes:
        timed: By the strategy's key; None for one that failed there.
    """

    timed: Mapping[str, Timed | None]

    @property
    def found(self) -> dict[str, Timed]:
        """Those that did not fail."""
        return {key: one for key, one in self.timed.items() if one is not None}

    @property
    def seconds(self) -> float:
        """What timing them took."""
        return sum(one.seconds for one in self.found.values())

    def covers(self, strategies: Sequence[Strategy]) -> bool:
        """True when all of them were tried."""
        return all(one.key in self.timed for one in strategies)


def part_rows(n_train: int) -> int:
    """Train rows of the part; 0 for a catalogue that is itself no larger."""
    rows = int(np.clip(round(SHARE * n_train), LEAST, MOST))
    return rows if rows < n_train else 0


def can_be_timed(catalog: Catalog) -> bool:
    """False for a catalogue so small that a part of it would be no smaller."""
    return part_rows(catalog.n_train) > 0


def take_sample(
    catalog: Catalog, strategies: Sequence[Strategy], *, store: ArtifactStore, report: ProgressFn = no_progress
) -> Sample:
    """Run on a part of the rows those strategies that were not tried before; none on a small catalogue.

    Raises:
        Cancelled: From ``report``; those that were tried are kept.
    """
    due = [one for one in strategies if store.find_json(_key(catalog, one)) is None]
    rows = part_rows(catalog.n_train)
    if due and rows:
        prepare(catalog, due, store=store, report=part_of(report, 0.0, 0.1))
        with tempfile.TemporaryDirectory(prefix="sample-", dir=_scratch(store)) as folder:
            stretch = part_of(report, 0.1, 1.0)
            with _bench(catalog, rows, Path(folder), store) as bench:
                # What a process pays when it first uses a library is no strategy's cost.
                bench.warm_up(_pinned(due[-1], catalog), report=part_of(stretch, 0.0, 0.1))
                for place, strategy in enumerate(due):
                    told = part_of(stretch, 0.1 + 0.9 * place / len(due), 0.1 + 0.9 * (place + 1) / len(due))
                    timed = bench.time(_pinned(strategy, catalog), report=told)
                    store.keep_json(_key(catalog, strategy), {"timed": None if timed is None else timed.to_json()})
    return find_sample(catalog, strategies, store=store)


def find_sample(catalog: Catalog, strategies: Sequence[Strategy], *, store: ArtifactStore) -> Sample:
    """What is kept of these strategies on this catalogue."""
    kept = {one.key: store.find_json(_key(catalog, one)) for one in strategies}
    return Sample(
        {
            key: None if value["timed"] is None else Timed.from_json(value["timed"])
            for key, value in kept.items()
            if value is not None
        }
    )


def part_catalog(catalog: Catalog, n_train: int) -> Catalog:
    """The catalogue of so many train rows drawn at random and the same share of the test rows."""
    draw = np.random.default_rng([n_train, catalog.n_train])
    kept = np.zeros(catalog.n_train, dtype=np.bool_)
    kept[draw.permutation(catalog.n_train)[:n_train]] = True
    test = np.zeros(catalog.n_test, dtype=np.bool_)
    test[draw.permutation(catalog.n_test)[: round(catalog.n_test * n_train / catalog.n_train)]] = True

    def take(frame: SplitFrame) -> SplitFrame:
        return SplitFrame(frame.train[kept], frame.test[test])

    return catalog_part(catalog, kept, take, stage="strategies", version=VERSION)


def _pinned(strategy: Strategy, catalog: Catalog) -> Strategy:
    """The strategy with the blocks that it has on the whole catalogue: a part may have others. One that cannot be run
    stays as it is, and fails on the parts too."""
    with suppress(InputError):
        return replace(strategy, blocks=blocks_of(strategy, catalog))
    return strategy


@dataclass(frozen=True)
class _Bench:
    """Where strategies are timed.

    Attributes:
        store: Of the whole catalogue; the parts have their own.
    """

    catalog: Catalog
    part: Catalog
    half: Catalog
    store: ArtifactStore
    of_part: ArtifactStore
    of_half: ArtifactStore

    def warm_up(self, strategy: Strategy, *, report: ProgressFn) -> None:
        """Run it once on a few rows, to no avail."""
        few = part_catalog(self.part, min(WARM_UP_ROWS, self.part.n_train))
        brand_clusters(self.part, store=self.of_part)
        with suppress(ShelfpriceError):
            fit_strategy(few, strategy, store=self.of_part, report=report)

    def time(self, strategy: Strategy, *, report: ProgressFn) -> Timed | None:
        """None for one that fails."""
        started = time.perf_counter()
        report(0.0, f"{strategy.title} on {self.part.n_train:,} rows, for its time")
        try:
            costs = fit_strategy(self.part, strategy, store=self.of_part, report=part_of(report, 0.0, 0.7)).costs
            half = block_seconds(self.half, strategy, store=self.of_half)
            specs = tuple(specs_of(strategy, self.part))
        except ShelfpriceError:
            return None
        plan, stretch = plan_for(strategy, self.part), part_of(report, 0.75, 1.0)
        paces = measure_paces(self.part, plan, specs, self.catalog.n_train, store=self.of_part, report=stretch)
        whole = plan_for(strategy, self.catalog)
        apart = bool(specs and self.catalog.n_test) and worth_apart(self.catalog, whole, store=self.store)
        forecast = self._forecast_seconds(whole)
        seconds = time.perf_counter() - started
        return Timed(costs, half, specs, strategy.folds, paces, apart, forecast, seconds)

    def _forecast_seconds(self, plan: FoldPlan) -> float:
        """Of a constant, once for all strategies on these folds; the first time also fills what they share."""
        if not self.catalog.n_test:
            return 0.0
        key = cache_key("strategies.sample.forecast", VERSION, {}, [self.catalog.read_key, plan.key])
        kept: float | None = self.store.find_json(key)
        if kept is not None:
            return kept
        told = constant(self.catalog, plan)
        for _ in range(2):
            started = time.perf_counter()
            catalog_forecast(self.catalog, plan, told, store=self.store, seed=plan.seed)
        seconds = time.perf_counter() - started
        self.store.keep_json(key, seconds)
        return seconds


@contextmanager
def _bench(catalog: Catalog, rows: int, folder: Path, store: ArtifactStore) -> Iterator[_Bench]:
    of_part, of_half = ArtifactStore(folder / "part"), ArtifactStore(folder / "half")
    try:
        part, half = part_catalog(catalog, rows), part_catalog(catalog, rows // 2)
        yield _Bench(catalog, part, half, store, of_part, of_half)
    finally:
        of_part.close()
        of_half.close()


def _scratch(store: ArtifactStore) -> Path:
    """Beside the cache: there is room, or there is none for the strategies either."""
    folder = store.root / "samples"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _key(catalog: Catalog, strategy: Strategy) -> str:
    brought = [*(side.key for side in catalog.sides), *(found.key for found in catalog.vectors)]
    spec = {"share": SHARE, "least": LEAST, "most": MOST}
    return cache_key("strategies.sample", VERSION, spec, [catalog.read_key, *brought, strategy.key])
