"""How long strategies would take here: the strategies themselves on two small parts of the rows.

The parts are run in an empty cache of their own, in the order in which the strategies would be run, so that what is
shared between them is paid for by the same one. What the real cache holds already is left out of the sum.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.embed import catalog_part
from core.errors import InputError
from core.shift.apart import MAX_ROWS
from core.store import ArtifactStore, cache_key
from core.strategies.costs import Costs, scaled
from core.strategies.execute import prepare, run_strategy
from core.strategies.outcome import Outcome, plan_for
from core.strategies.recipe import Strategy
from core.strategies.resolve import blocks_of, specs_of
from core.train import blocks_to_make, is_trained
from core.types import Catalog, ProgressFn, SplitFrame, no_progress, part_of

VERSION = 1
SHARE, LEAST, MOST = 0.25, 1000, 6000
"""Of the train rows in the larger part; the smaller holds half of it."""
WARM_UP_ROWS = 200


@dataclass(frozen=True)
class Sample:
    """What the parts cost.

    Attributes:
        costs: By the strategy's key, the smaller part first; absent for a strategy that failed there.
        n_rows: Train rows of the parts.
        seconds: What sampling took.
    """

    costs: Mapping[str, tuple[Costs, ...]]
    n_rows: tuple[int, ...]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        told = {key: [costs.to_json() for costs in found] for key, found in self.costs.items()}
        return {"costs": told, "n_rows": list(self.n_rows), "seconds": self.seconds}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Sample:
        """Undo :meth:`to_json`."""
        costs = {key: tuple(Costs.from_json(one) for one in found) for key, found in value["costs"].items()}
        return cls(costs, tuple(value["n_rows"]), value["seconds"])


@dataclass(frozen=True)
class Foretold:
    """Seconds that a strategy would take.

    Attributes:
        now: To the blend, with what the cache holds.
        forecast: Forecasting its score, on top.
        cold: To the blend, from an empty cache.
        measured: True when it rests on this very strategy as measured on these rows, False on the timed sample.
    """

    now: float
    forecast: float
    cold: float
    measured: bool

    @property
    def total(self) -> float:
        """What one waits for."""
        return self.now + self.forecast


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
    started = time.perf_counter()
    costs: dict[str, list[Costs]] = {}
    with tempfile.TemporaryDirectory(prefix="sample-", dir=_scratch(store)) as folder:
        _warm_up(catalog, strategies, Path(folder) / "first", report=part_of(report, 0.0, 0.05))
        for place, size in enumerate(sizes):
            part = part_catalog(catalog, size)
            own = ArtifactStore(Path(folder) / str(size))
            # The larger part costs about twice the smaller.
            stretch = part_of(report, (0.05, 1 / 3)[place], (1 / 3, 1.0)[place])
            prepare(part, strategies, store=own, report=part_of(stretch, 0.0, 0.1))
            for outcome in _run_all(part, strategies, store=own, report=part_of(stretch, 0.1, 1.0)):
                if outcome.costs is not None:
                    costs.setdefault(outcome.strategy_key, []).append(outcome.costs)
            own.close()
    whole = {key: tuple(found) for key, found in costs.items() if len(found) == len(sizes)}
    found = Sample(whole, sizes, time.perf_counter() - started)
    store.keep_json(_key(catalog, strategies), found.to_json())
    return found


def find_sample(catalog: Catalog, strategies: Sequence[Strategy], *, store: ArtifactStore) -> Sample | None:
    """The sample kept for these strategies on this catalogue, or None."""
    value = store.find_json(_key(catalog, strategies))
    return None if value is None else Sample.from_json(value)


def foretell(
    strategy: Strategy,
    catalog: Catalog,
    sample: Sample | None,
    last: Outcome | None,
    *,
    store: ArtifactStore,
) -> Foretold | None:
    """Seconds that the strategy would take now; None when nothing tells or it cannot be run on this catalogue.

    Args:
        last: What came of it before on the same rows; its own costs tell more than any sample.
    """
    measured = last is not None and last.costs is not None
    if last is not None and last.costs is not None:
        costs = last.costs
    elif sample is not None and strategy.key in sample.costs:
        costs = scaled(sample.costs[strategy.key], catalog.n_train, most_forecast_rows=MAX_ROWS)
    else:
        return None
    plan = plan_for(strategy, catalog)
    try:
        to_make = blocks_to_make(catalog, plan, blocks_of(strategy, catalog), store=store)
        fitted = [is_trained(catalog, plan, spec, store=store) for spec in specs_of(strategy, catalog)]
    except InputError:
        return None
    blocks = sum(costs.blocks.get(name, 0.0) for name in to_make)
    fits = sum(seconds for seconds, there in zip(costs.fits, fitted, strict=True) if not there)
    return Foretold(blocks + fits + costs.rest, costs.forecast, costs.cold, measured)


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


def _warm_up(catalog: Catalog, strategies: Sequence[Strategy], folder: Path, *, report: ProgressFn) -> None:
    """Once on a few rows: what a process pays when it first uses a library is no strategy's cost."""
    part, own = part_catalog(catalog, WARM_UP_ROWS), ArtifactStore(folder)
    prepare(part, strategies[-1:], store=own, report=report)
    _run_all(part, strategies[-1:], store=own, report=report)
    own.close()


def _run_all(
    part: Catalog, strategies: Sequence[Strategy], *, store: ArtifactStore, report: ProgressFn
) -> list[Outcome]:
    found = []
    for place, strategy in enumerate(strategies):
        stretch = part_of(report, place / len(strategies), (place + 1) / len(strategies))
        stretch(0.0, f"{strategy.title} on {part.n_train:,} rows, for its time")
        found.append(run_strategy(part, strategy, store=store, report=stretch))
    return found


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
