"""``diagnose``: the gap before any submission, from the two files alone."""

from __future__ import annotations

from typing import Any

from core.catalog import CatalogSource, load_catalog
from core.folds import random_plan
from core.metrics import mean_interval, row_smape_pct, to_price
from core.pipeline.clock import Clock, peak_rss_mb
from core.pipeline.diagnosis import data_json, diagnosis_json, sentinel_json
from core.pipeline.reports import SCHEMA, keep_report
from core.pipeline.run import INTERVAL_LEVEL, N_FOLDS
from core.presets import DEFAULT_PRESET, find_preset
from core.shift import Predictions
from core.store import ArtifactStore
from core.train import FamilyName, TrainSpec, train
from core.types import ProgressFn, no_progress, part_of

MODEL: FamilyName = "lightgbm"
"""One family is enough for a diagnosis; ``run`` forecasts what it exports, with both."""


def diagnose(
    source: CatalogSource, *, store: ArtifactStore, seed: int = 0, report: ProgressFn = no_progress
) -> dict[str, Any]:
    """Report with the brand, shift, gap, forecast and sentinel parts, of one LightGBM on the default preset.

    Raises:
        InputError: The files cannot be used.
        Cancelled: From ``report``; what is finished stays in the cache.
    """
    clock = Clock()
    with clock.stage("catalog"):
        report(0.0, "reading the files")
        catalog = load_catalog(source)
        plan = random_plan(catalog, n_folds=N_FOLDS, seed=seed)
    preset = find_preset(DEFAULT_PRESET)
    with clock.stage(f"train.{MODEL}"):
        spec = TrainSpec(MODEL, preset.blocks_for(catalog), seed=seed)
        run = train(catalog, plan, spec, store=store, report=part_of(report, 0.02, 0.5))
    low, high = mean_interval(row_smape_pct(catalog.price, to_price(run.oof_log_price)), level=INTERVAL_LEVEL)
    predictions = Predictions(run.oof_log_price, run.test_fold_log_price)
    stretch = part_of(report, 0.5, 0.8)
    parts = diagnosis_json(catalog, plan, predictions, spec, clock, seed=seed, store=store, report=stretch)
    stretch = part_of(report, 0.8, 1.0)
    parts["sentinel"] = sentinel_json(catalog, plan, [run], None, clock, seed=seed, store=store, report=stretch)
    found = {
        "schema": SCHEMA,
        "command": "diagnose",
        "seed": seed,
        "preset": preset.name,
        "data": data_json(catalog),
        "cv": {
            "smape_pct": run.oof_smape_pct,
            "low_pct": low,
            "high_pct": high,
            "level": INTERVAL_LEVEL,
            "fold_smape_pct": list(run.fold_smape_pct),
            "fold_plan": plan.kind,
        },
        **parts,
        "seconds": clock.report(),
        "peak_rss_mb": peak_rss_mb(),
    }
    keep_report(found, catalog.key, store=store)
    return found
