"""The parts of a report that say what to expect of the test file, and whether to believe the score it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.blend import Blend
from core.embed import with_known
from core.features import brands, size_table
from core.folds import FoldPlan
from core.pipeline.clock import Clock
from core.sentinel import run_sentinel
from core.shift import (
    Predictions,
    brand_overlap,
    brands_apart,
    catalog_duplicates,
    catalog_forecast,
    catalog_near,
    catalog_told,
    catalog_twins,
    catalog_vector_aucs,
    gap_ladder,
    offers,
    twin_keys,
)
from core.store import ArtifactStore
from core.train import Run, TrainSpec
from core.types import Catalog, JsonDict, ProgressFn, part_of


def data_json(catalog: Catalog) -> dict[str, Any]:
    """The ``data`` part of a report; ``overrides`` is the hash of the corrections that it was made with, if any."""
    corrected = {"overrides": catalog.overrides.key} if catalog.overrides.key else {}
    return {
        "n_train": catalog.n_train,
        "n_test": catalog.n_test,
        "key": catalog.key,
        "warnings": [notice.message for notice in catalog.notices],
        "side_tables": [side.name for side in catalog.sides],
        **corrected,
    }


def diagnosis_json(
    catalog: Catalog,
    plan: FoldPlan,
    predictions: Predictions,
    spec: TrainSpec,
    clock: Clock,
    *,
    seed: int,
    store: ArtifactStore,
    report: ProgressFn,
) -> dict[str, Any]:
    """``brand``, ``shift``, ``gap`` and ``forecast`` of a report, for what ``predictions`` would submit.

    Args:
        spec: A model like the one forecast; fitted with whole brands held out where test shows more unseen ones.
    """
    with clock.stage("shift"):
        report(0.0, "comparing train and test")
        overlap = brand_overlap(brands(catalog, store=store).value, catalog.price)
        told = catalog_told(catalog, plan, store=store, seed=seed, report=part_of(report, 0.0, 0.2))
        twins = twins_json(catalog, store=store, report=part_of(report, 0.2, 0.3))
        # For the page alone: a report must not depend on what was encoded before.
        catalog_vector_aucs(with_known(catalog, store=store), store=store, seed=seed)
    with clock.stage("gap"):
        steps = gap_ladder(catalog, store=store, seed=seed, report=part_of(report, 0.3, 0.6))
    with clock.stage("forecast"):
        apart = brands_apart(catalog, plan, spec, store=store, report=part_of(report, 0.6, 0.98))
        expected = catalog_forecast(catalog, plan, predictions, store=store, apart=apart, seed=seed)
    return {
        "brand": overlap.to_json(),
        "shift": {**told.to_json(), **twins},
        "gap": [step.to_json() for step in steps],
        "forecast": expected.to_json(),
    }


def twins_json(catalog: Catalog, *, store: ArtifactStore, report: ProgressFn) -> JsonDict:
    """What the ``shift`` part of a report says of duplicates.

    Returns:
        ``duplicates_across``, the test rows whose exact text or photo link is in train, and ``twins``, a line a kind of
        exact or near twins with the noise floor of those of the same size.
    """
    exact = catalog_duplicates(catalog, store=store)
    keys = twin_keys(catalog, store=store, near=catalog_near(catalog, store=store, report=report))
    found = catalog_twins(catalog, keys, offers(size_table(catalog, store=store)))
    return {"duplicates_across": exact.n_test_rows, "twins": [twins.to_json() for twins in found.values()]}


def sentinel_json(
    catalog: Catalog,
    plan: FoldPlan,
    runs: Sequence[Run],
    mixed: Blend | None,
    clock: Clock,
    *,
    seed: int,
    store: ArtifactStore,
    report: ProgressFn,
) -> list[JsonDict]:
    """``sentinel`` of a report: the leak sentinel's verdicts on what is exported."""
    with clock.stage("sentinel"):
        verdicts = run_sentinel(catalog, plan, runs, mixed, store=store, seed=seed, report=report)
    return [verdict.to_json() for verdict in verdicts]
