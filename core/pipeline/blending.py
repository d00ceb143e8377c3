"""``blend``: weights for anyone's predictions, from files alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.blend import Assessment, Imported, MethodScore, Scale, assess, imported, mixed_test
from core.catalog import read_predictions
from core.export import Wanted, export_json, submission_frame, write_submission
from core.pipeline.clock import Clock, peak_rss_mb
from core.pipeline.reports import SCHEMA
from core.store import write_json_atomic
from core.types import FloatArray, ProgressFn, no_progress, part_of


def blend_files(
    oof: Path,
    test: Path | None,
    out: Path,
    *,
    scales: Mapping[str, Scale],
    seed: int = 0,
    report: ProgressFn = no_progress,
) -> dict[str, Any]:
    """Write ``report.json`` and, with ``test``, ``test_out.csv`` by the default blend.

    Args:
        oof: ``sample_id``, ``price``, one column a model, and ``fold`` if the folds are to be kept.
        test: ``sample_id`` and the same columns.
        scales: The scale of columns for which the user says it.

    Returns:
        The report.

    Raises:
        InputError: A file cannot be used; nothing is written.
        StorageError: The disk refused.
    """
    clock = Clock()
    with clock.stage("files"):
        report(0.0, "reading the predictions")
        known = read_predictions(oof, priced=True)
        asked = None if test is None else read_predictions(test, priced=False)
        found = imported(known, asked, scales=scales, seed=seed)
    with clock.stage("blend"):
        tried = assess(found.members, found.price, found.plan, seed=seed, report=part_of(report, 0.05, 0.95))
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "command": "blend",
        "seed": seed,
        "data": {
            "n_train": len(found.price),
            "n_test": 0 if asked is None else len(asked.values),
            "n_members": len(found.members),
        },
        "blend": blend_json(found, tried),
    }
    if asked is not None:
        submission = submission_frame(mixed_test(found.members, tried.best.mix, tried.best.space))
        wanted = Wanted(asked.values.index, found.price)
        told["export"] = export_json(submission, wanted)
        write_submission(submission, wanted, out)
    told |= {"seconds": clock.report(), "peak_rss_mb": peak_rss_mb()}
    write_json_atomic(out / "report.json", told)
    report(1.0, "done")
    return told


def blend_json(found: Imported, tried: Assessment) -> dict[str, Any]:
    """The ``blend`` part of the report: the default's fields first, then every method and every member."""
    return {
        **_chosen_json(tried),
        "fold_plan": {"n_folds": found.plan.n_folds, "seed": found.plan.seed},
        "methods": [_method_json(score, tried) for score in tried.scores],
        "members": [
            {
                "name": name,
                "smape_pct": float(tried.member_smape_pct[place]),
                "without_costs_pct": None if np.isnan(cost) else float(cost),
                "scale": found.readings[name].scale,
                "evidence": found.readings[name].evidence,
            }
            for place, (name, cost) in enumerate(zip(tried.names, tried.without_pct, strict=True))
        ],
        "error_correlation": _by_member(tried, tried.error_correlation),
        "warnings": list(found.warnings),
    }


def _chosen_json(tried: Assessment) -> dict[str, Any]:
    best = tried.best
    return {
        "method": best.method.name,
        "title": best.method.title,
        "space": best.space,
        "weights": _weights(tried, best.mix.weights),
        "intercept": best.mix.intercept,
        "in_sample_smape_pct": best.in_sample_smape_pct,
        "nested_smape_pct": best.nested_smape_pct,
        "why": "the simplest blend that the best one does not beat beyond noise",
    }


def _method_json(score: MethodScore, tried: Assessment) -> dict[str, Any]:
    return {
        "method": score.method.name,
        "space": score.space,
        "in_sample_smape_pct": score.in_sample_smape_pct,
        "nested_smape_pct": score.nested_smape_pct,
        "optimism_pct": score.optimism_pct,
        "worse_than_best_pct": score.worse_pct,
        "worse_se_pct": score.worse_se_pct,
        "weights": _weights(tried, score.mix.weights),
        "weights_low": _weights(tried, score.weight_low),
        "weights_high": _weights(tried, score.weight_high),
        "intercept": score.mix.intercept,
        "seconds": score.seconds,
    }


def _weights(tried: Assessment, values: FloatArray) -> dict[str, float]:
    return {name: float(value) for name, value in zip(tried.names, values, strict=True)}


def _by_member(tried: Assessment, matrix: FloatArray) -> dict[str, dict[str, float | None]]:
    frame = pd.DataFrame(matrix, index=list(tried.names), columns=list(tried.names))
    return {
        str(name): {str(other): None if np.isnan(value) else float(value) for other, value in row.items()}
        for name, row in frame.iterrows()
    }
