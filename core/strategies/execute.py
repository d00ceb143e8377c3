"""Run a strategy: blocks, models, blend, forecast, and what each of them cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pandas as pd

from core.errors import ShelfpriceError
from core.export import Wanted, judged, passed, submission_frame
from core.folds import FoldPlan
from core.gains import brand_clusters
from core.memory import count_from_now, peak_bytes_since
from core.metrics import mean_interval, row_smape_pct, to_price
from core.pipeline.clock import Clock
from core.pipeline.run import INTERVAL_LEVEL
from core.shift import BrandsApart, Predictions, brands_apart, catalog_adversarial, catalog_forecast
from core.store import ArtifactStore
from core.strategies.costs import Costs
from core.strategies.mixing import Mixed, mix_runs
from core.strategies.outcome import Outcome, keep_oof, keep_outcome, made_from, plan_for
from core.strategies.recipe import Strategy
from core.strategies.resolve import specs_of
from core.train import Run, TrainSpec, gather, train
from core.types import Catalog, JsonDict, ProgressFn, no_progress, part_of


@dataclass(frozen=True)
class _Made:
    """Blocks' seconds when each was made, and how many of those were spent now."""

    blocks: dict[str, float]
    now: float
    cached: bool


@dataclass(frozen=True)
class Fitted:
    """A strategy up to its blend.

    Attributes:
        costs: Without the forecast.
        seconds: That it took now.
        in_parts: True when the cache held some of it.
    """

    specs: Sequence[TrainSpec]
    mixed: Mixed
    costs: Costs
    seconds: float
    in_parts: bool


def prepare(catalog: Catalog, strategies: Sequence[Strategy], *, store: ArtifactStore, report: ProgressFn) -> None:
    """Read brands and tell the files apart, which every strategy's forecast and verdict need."""
    report(0.0, "reading the products")
    brand_clusters(catalog, store=store)
    if catalog.n_test:
        for plan in {plan.key: plan for plan in (plan_for(one, catalog) for one in strategies)}.values():
            catalog_adversarial(catalog, plan, store=store, seed=plan.seed, report=report)


def run_strategy(
    catalog: Catalog,
    strategy: Strategy,
    *,
    store: ArtifactStore,
    foretold_seconds: float | None = None,
    report: ProgressFn = no_progress,
) -> Outcome:
    """Run it and keep the outcome; a failure that says what is lacking is an outcome too.

    Raises:
        Cancelled: From ``report``; finished blocks and folds stay in the cache.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        outcome = _measured(catalog, strategy, now, store=store, report=report)
    except (ShelfpriceError, MemoryError) as error:
        said = " ".join(str(error).split()) or "not enough memory."
        outcome = Outcome(strategy.name, strategy.key, "", "failed", now, error=said)
    outcome = replace(outcome, foretold_seconds=foretold_seconds)
    keep_outcome(outcome, catalog, store=store)
    return outcome


def _measured(
    catalog: Catalog, strategy: Strategy, created: str, *, store: ArtifactStore, report: ProgressFn
) -> Outcome:
    count_from_now()
    clock, plan = Clock(), plan_for(strategy, catalog)
    made_of = made_from(strategy, catalog, plan, store=store)
    found = fit_strategy(catalog, strategy, store=store, report=part_of(report, 0.0, 0.7))
    runs, mixed = found.mixed.runs, found.mixed
    with clock.stage("warm"):
        # Every part is cached now but the blend, which is not kept.
        mix_runs(catalog, plan, _fit(catalog, plan, found.specs, store=store), store=store)
    with clock.stage("apart"):
        apart = _apart(catalog, plan, found.specs, store=store, report=part_of(report, 0.7, 1.0))
    with clock.stage("forecast"):
        expected = _forecast(catalog, plan, mixed.told, apart, store=store)
    errors = row_smape_pct(catalog.price, to_price(mixed.told.oof_log_price))
    low, high = mean_interval(errors, level=INTERVAL_LEVEL)
    keep_oof(made_of, mixed.told.oof_log_price, store=store)
    return Outcome(
        name=strategy.name,
        strategy_key=strategy.key,
        made_from=made_of,
        state="done",
        created=created,
        oof_smape_pct=float(errors.mean()),
        low_pct=low,
        high_pct=high,
        run_ids=tuple(run.run_id for run in runs),
        weights={run.run_id: mixed.chosen.weights[run.run_id] for run in runs},
        costs=replace(found.costs, apart=clock.seconds["apart"], forecast=clock.seconds["forecast"]),
        seconds=found.seconds,
        in_parts=found.in_parts,
        forecast_seconds=clock.seconds["apart"] + clock.seconds["forecast"],
        warm_seconds=clock.seconds["warm"],
        peak_gib=peak_bytes_since() / 2**30,
        forecast=expected,
        sha256=_sha256(catalog, mixed.chosen.test_log_price),
    )


def fit_strategy(
    catalog: Catalog, strategy: Strategy, *, store: ArtifactStore, report: ProgressFn = no_progress
) -> Fitted:
    """Blocks, models and blend, and what each cost; nothing is kept but blocks and runs.

    Raises:
        InputError: A block that the catalogue does not have.
        Cancelled: From ``report``.
    """
    clock, plan = Clock(), plan_for(strategy, catalog)
    with clock.stage("all"):
        specs = specs_of(strategy, catalog)
        made = _make_blocks(catalog, plan, specs, store=store, report=part_of(report, 0.0, 0.4))
        runs = _fit(catalog, plan, specs, store=store, report=part_of(report, 0.4, 1.0))
        mixed = mix_runs(catalog, plan, runs, store=store)
    now = [run for run in runs if not run.cached]
    known = made.now + sum(run.seconds + (run.facts.predict_seconds or 0.0) for run in now)
    costs = Costs(
        catalog.n_train,
        made.blocks,
        tuple(run.seconds for run in runs),
        tuple(sum(run.facts.fitted_rounds) for run in runs),
        sum(run.facts.predict_seconds or 0.0 for run in runs),
        max(0.0, clock.seconds["all"] - known),
    )
    return Fitted(specs, mixed, costs, clock.seconds["all"], made.cached or len(now) < len(runs))


def block_seconds(catalog: Catalog, strategy: Strategy, *, store: ArtifactStore) -> dict[str, float]:
    """What making each of the strategy's blocks takes, or took when it was made.

    Raises:
        InputError: A block that the catalogue does not have.
    """
    plan = plan_for(strategy, catalog)
    return _make_blocks(catalog, plan, specs_of(strategy, catalog), store=store, report=no_progress).blocks


def _make_blocks(
    catalog: Catalog, plan: FoldPlan, specs: Sequence[TrainSpec], *, store: ArtifactStore, report: ProgressFn
) -> _Made:
    names = sorted({name for spec in specs for name in spec.blocks})
    if not names:
        return _Made({}, 0.0, False)
    named = gather(catalog, plan, names, store=store, report=report).named
    seconds = {name: float(block.seconds) for name, block in named.items()}
    cached = {name for name, block in named.items() if block.cached}
    return _Made(seconds, sum(seconds[name] for name in seconds if name not in cached), bool(cached))


def _fit(
    catalog: Catalog,
    plan: FoldPlan,
    specs: Sequence[TrainSpec],
    *,
    store: ArtifactStore,
    report: ProgressFn = no_progress,
) -> list[Run]:
    runs = []
    for place, spec in enumerate(specs):
        stretch = part_of(report, place / len(specs), (place + 1) / len(specs))
        runs.append(train(catalog, plan, spec, store=store, report=stretch))
    return runs


def _apart(
    catalog: Catalog, plan: FoldPlan, specs: Sequence[TrainSpec], *, store: ArtifactStore, report: ProgressFn
) -> BrandsApart | None:
    """The first model with whole brands held out, where the forecast needs it."""
    if not catalog.n_test or not specs:
        return None
    return brands_apart(catalog, plan, specs[0], store=store, report=report)


def _forecast(
    catalog: Catalog, plan: FoldPlan, told: Predictions, apart: BrandsApart | None, *, store: ArtifactStore
) -> JsonDict | None:
    if not catalog.n_test:
        return None
    return catalog_forecast(catalog, plan, told, store=store, apart=apart, seed=plan.seed).to_json()


def _sha256(catalog: Catalog, test_log_price: pd.Series) -> str:
    if not catalog.n_test:
        return ""
    return passed(judged(submission_frame(test_log_price), Wanted.of(catalog))).sha256
