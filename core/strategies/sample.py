"""What strategies cost on two small parts of the rows, and what a round of each model costs at full size.

The parts are run in an empty cache of their own, in the order in which the strategies would be run, so that what is
shared between them is paid for by the same one.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.embed import catalog_part
from core.errors import InputError, ShelfpriceError
from core.gains import brand_clusters
from core.shift import catalog_forecast
from core.store import ArtifactStore, cache_key
from core.strategies.costs import Costs
from core.strategies.execute import fit_strategy, prepare
from core.strategies.mixing import constant
from core.strategies.outcome import plan_for
from core.strategies.pace import Pace, measure_paces
from core.strategies.recipe import Strategy
from core.strategies.resolve import blocks_of, specs_of
from core.strategies.rounds import pooled
from core.train import TrainSpec
from core.types import Catalog, ProgressFn, SplitFrame, no_progress, part_of

VERSION = 2
SHARE, LEAST, MOST = 0.25, 1000, 10_000
"""Of the train rows in the larger part; the smaller holds half of it."""
WARM_UP_ROWS = 200


@dataclass(frozen=True)
class Timed:
    """One strategy on the parts.

    Attributes:
        parts: Its costs on each, the smaller part first.
        specs: Its models.
        n_folds: That each is fitted on.
        rounds: Of each model on the larger part, drawn towards those of its kind.
        paces: Of each model at full size.
    """

    parts: tuple[Costs, ...]
    specs: tuple[TrainSpec, ...]
    n_folds: int
    rounds: tuple[float, ...]
    paces: tuple[Pace, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "parts": [costs.to_json() for costs in self.parts],
            "specs": [spec.to_json() for spec in self.specs],
            "n_folds": self.n_folds,
            "rounds": list(self.rounds),
            "paces": [pace.to_json() for pace in self.paces],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Timed:
        """Undo :meth:`to_json`."""
        return cls(
            tuple(map(Costs.from_json, value["parts"])),
            tuple(map(TrainSpec.from_json, value["specs"])),
            value["n_folds"],
            tuple(value["rounds"]),
            tuple(Pace(**pace) for pace in value["paces"]),
        )


@dataclass(frozen=True)
class Sample:
    """What the parts cost.

    Attributes:
        timed: By the strategy's key; absent for a strategy that failed there.
        n_rows: Train rows of the parts.
        forecast: Seconds of forecasting at full size, a model with whole brands held out not included.
        seconds: What sampling took.
    """

    timed: Mapping[str, Timed]
    n_rows: tuple[int, ...]
    forecast: float
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        timed = {key: found.to_json() for key, found in self.timed.items()}
        return {"timed": timed, "n_rows": list(self.n_rows), "forecast": self.forecast, "seconds": self.seconds}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Sample:
        """Undo :meth:`to_json`."""
        timed = {key: Timed.from_json(found) for key, found in value["timed"].items()}
        return cls(timed, tuple(value["n_rows"]), value["forecast"], value["seconds"])


def sizes_for(n_train: int) -> tuple[int, ...]:
    """Train rows of the parts, smaller first; none for a catalogue that is itself no larger than a part."""
    larger = int(np.clip(round(SHARE * n_train), LEAST, MOST))
    return () if n_train <= larger else (larger // 2, larger)


def take_sample(
    catalog: Catalog, strategies: Sequence[Strategy], *, store: ArtifactStore, report: ProgressFn = no_progress
) -> Sample | None:
    """Run the strategies on parts of the rows, or read what that took before; None for a small catalogue.

    Raises:
        Cancelled: From ``report``; nothing is kept.
    """
    sizes = sizes_for(catalog.n_train)
    if not sizes:
        return None
    kept = find_sample(catalog, strategies, store=store)
    if kept is not None:
        return kept
    prepare(catalog, strategies, store=store, report=part_of(report, 0.0, 0.1))
    started = time.perf_counter()
    forecast = _forecast_seconds(catalog, strategies, store=store)
    pinned = [_pinned(one, catalog) for one in strategies]
    with tempfile.TemporaryDirectory(prefix="sample-", dir=_scratch(store)) as folder:
        own = [ArtifactStore(Path(folder) / str(size)) for size in (WARM_UP_ROWS, *sizes)]
        # What a process pays when it first uses a library is no strategy's cost.
        _costs(part_catalog(catalog, WARM_UP_ROWS), pinned[-1:], store=own[0], report=part_of(report, 0.1, 0.15))
        # The larger part costs about twice the smaller, and the paces about as much as the smaller.
        parts = [part_catalog(catalog, size) for size in sizes]
        costs = [
            _costs(part, pinned, store=one, report=part_of(report, low, high))
            for part, one, low, high in zip(parts, own[1:], (0.15, 0.35), (0.35, 0.8), strict=True)
        ]
        both = {place: [part[place] for part in costs] for place in range(len(pinned))}
        done = {place: [one for one in found if one is not None] for place, found in both.items() if None not in found}
        specs = {place: specs_of(pinned[place], parts[-1]) for place in done}
        paces = {}
        for number, place in enumerate(done):
            part_of(report, 0.8, 1.0)(number / len(done), f"{pinned[place].title}: a few rounds at full size")
            plan = plan_for(pinned[place], parts[-1])
            paces[place] = measure_paces(parts[-1], plan, specs[place], catalog.n_train, store=own[-1])
        for one in own:
            one.close()
    timed = _together(strategies, specs, done, paces)
    found = Sample(timed, sizes, forecast, time.perf_counter() - started)
    store.keep_json(_key(catalog, strategies), found.to_json())
    return found


def find_sample(catalog: Catalog, strategies: Sequence[Strategy], *, store: ArtifactStore) -> Sample | None:
    """The sample kept for these strategies on this catalogue, or None."""
    value = store.find_json(_key(catalog, strategies))
    return None if value is None else Sample.from_json(value)


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


def _costs(
    part: Catalog, strategies: Sequence[Strategy], *, store: ArtifactStore, report: ProgressFn
) -> list[Costs | None]:
    """Of each strategy; None for one that fails."""
    brand_clusters(part, store=store)
    found: list[Costs | None] = []
    for place, strategy in enumerate(strategies):
        stretch = part_of(report, place / len(strategies), (place + 1) / len(strategies))
        stretch(0.0, f"{strategy.title} on {part.n_train:,} rows, for its time")
        found.append(None)
        with suppress(ShelfpriceError):
            found[-1] = fit_strategy(part, strategy, store=store, report=stretch).costs
    return found


def _forecast_seconds(catalog: Catalog, strategies: Sequence[Strategy], *, store: ArtifactStore) -> float:
    """Of a constant; the first time also fills what is shared by all."""
    if not catalog.n_test:
        return 0.0
    plan = plan_for(strategies[0], catalog)
    told = constant(catalog, plan)
    for _ in range(2):
        started = time.perf_counter()
        catalog_forecast(catalog, plan, told, store=store, seed=plan.seed)
    return time.perf_counter() - started


def _together(
    strategies: Sequence[Strategy],
    specs: Mapping[int, Sequence[TrainSpec]],
    costs: Mapping[int, Sequence[Costs]],
    paces: Mapping[int, tuple[Pace, ...]],
) -> dict[str, Timed]:
    """All by the place of a strategy; those that failed are absent."""
    tried = {
        strategies[place].key: list(zip(models, costs[place][-1].rounds, strict=True))
        for place, models in specs.items()
    }
    rounds = pooled(tried)
    return {
        strategies[place].key: Timed(
            tuple(costs[place]),
            tuple(models),
            strategies[place].folds,
            rounds[strategies[place].key],
            paces[place],
        )
        for place, models in specs.items()
    }


def _scratch(store: ArtifactStore) -> Path:
    """Beside the cache: there is room, or there is none for the strategies either."""
    folder = store.root / "samples"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _key(catalog: Catalog, strategies: Sequence[Strategy]) -> str:
    brought = [*(side.key for side in catalog.sides), *(found.key for found in catalog.vectors)]
    spec = {"share": SHARE, "least": LEAST, "most": MOST}
    return cache_key(
        "strategies.sample", VERSION, spec, [catalog.read_key, *brought, *(strategy.key for strategy in strategies)]
    )
