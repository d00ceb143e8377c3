"""What strategies cost on a part of the rows, their blocks on half of it, and a round of each model at full size.

The part is run in an empty cache of its own, in the order in which the strategies would be run, so that what is shared
between them is paid for by the same one.
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
from core.strategies.execute import block_seconds, fit_strategy, prepare
from core.strategies.mixing import constant
from core.strategies.outcome import plan_for
from core.strategies.pace import Pace, measure_paces
from core.strategies.recipe import Strategy
from core.strategies.resolve import blocks_of, specs_of
from core.strategies.rounds import pooled
from core.train import TrainSpec
from core.types import Catalog, ProgressFn, SplitFrame, no_progress, part_of

VERSION = 3
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
        rounds: Of each model on the part, drawn towards those of its kind.
        paces: Of each model at full size.
    """

    part: Costs
    half: Mapping[str, float]
    specs: tuple[TrainSpec, ...]
    n_folds: int
    rounds: tuple[float, ...]
    paces: tuple[Pace, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "part": self.part.to_json(),
            "half": dict(self.half),
            "specs": [spec.to_json() for spec in self.specs],
            "n_folds": self.n_folds,
            "rounds": list(self.rounds),
            "paces": [pace.to_json() for pace in self.paces],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Timed:
        """Undo :meth:`to_json`."""
        return cls(
            Costs.from_json(value["part"]),
            value["half"],
            tuple(map(TrainSpec.from_json, value["specs"])),
            value["n_folds"],
            tuple(value["rounds"]),
            tuple(Pace(**pace) for pace in value["paces"]),
        )


@dataclass(frozen=True)
class Sample:
    """What the part cost.

    Attributes:
        timed: By the strategy's key; absent for a strategy that failed there.
        n_rows: Train rows of the part.
        forecast: Seconds of forecasting at full size, a model with whole brands held out not included.
        seconds: What sampling took.
    """

    timed: Mapping[str, Timed]
    n_rows: int
    forecast: float
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        timed = {key: found.to_json() for key, found in self.timed.items()}
        return {"timed": timed, "n_rows": self.n_rows, "forecast": self.forecast, "seconds": self.seconds}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Sample:
        """Undo :meth:`to_json`."""
        timed = {key: Timed.from_json(found) for key, found in value["timed"].items()}
        return cls(timed, value["n_rows"], value["forecast"], value["seconds"])


def part_rows(n_train: int) -> int:
    """Train rows of the part; 0 for a catalogue that is itself no larger."""
    rows = int(np.clip(round(SHARE * n_train), LEAST, MOST))
    return rows if rows < n_train else 0


def take_sample(
    catalog: Catalog, strategies: Sequence[Strategy], *, store: ArtifactStore, report: ProgressFn = no_progress
) -> Sample | None:
    """Run the strategies on a part of the rows, or read what that took before; None for a small catalogue.

    Raises:
        Cancelled: From ``report``; nothing is kept.
    """
    rows = part_rows(catalog.n_train)
    if not rows:
        return None
    kept = find_sample(catalog, strategies, store=store)
    if kept is not None:
        return kept
    prepare(catalog, strategies, store=store, report=part_of(report, 0.0, 0.1))
    started = time.perf_counter()
    forecast = _forecast_seconds(catalog, strategies, store=store)
    pinned = [_pinned(one, catalog) for one in strategies]
    with tempfile.TemporaryDirectory(prefix="sample-", dir=_scratch(store)) as folder:
        few, some, own = (ArtifactStore(Path(folder) / name) for name in ("first", "half", "part"))
        # What a process pays when it first uses a library is no strategy's cost.
        _costs(part_catalog(catalog, WARM_UP_ROWS), pinned[-1:], store=few, report=part_of(report, 0.1, 0.15))
        part, half = part_catalog(catalog, rows), part_catalog(catalog, rows // 2)
        costs = _costs(part, pinned, store=own, report=part_of(report, 0.15, 0.75))
        timed = {}
        for place, (strategy, found) in enumerate(zip(pinned, costs, strict=True)):
            part_of(report, 0.75, 1.0)(place / len(pinned), f"{strategy.title}: a few rounds at full size")
            if found is not None:
                specs = tuple(specs_of(strategy, part))
                paces = measure_paces(part, plan_for(strategy, part), specs, catalog.n_train, store=own)
                blocks = block_seconds(half, strategy, store=some)
                timed[strategies[place].key] = Timed(found, blocks, specs, strategy.folds, (), paces)
        for one in (few, some, own):
            one.close()
    rounds = pooled({key: list(zip(one.specs, one.part.rounds, strict=True)) for key, one in timed.items()})
    timed = {key: replace(one, rounds=rounds[key]) for key, one in timed.items()}
    sample = Sample(timed, rows, forecast, time.perf_counter() - started)
    store.keep_json(_key(catalog, strategies), sample.to_json())
    return sample


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
