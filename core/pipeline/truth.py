"""What a run's blend really scores, where the true test prices are known: on a generated catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.blend import Member, fixed_blend
from core.catalog import CatalogSource, load_truth
from core.metrics import smape_pct, to_price
from core.store import ArtifactStore
from core.train import load_run, plan_of
from core.types import Catalog


def true_smape_pct(
    report: Mapping[str, Any], source: CatalogSource, catalog: Catalog, *, store: ArtifactStore
) -> float | None:
    """SMAPE of the report's blend on the test rows, 0..200.

    Returns:
        None when the true prices of all test rows are not known, or when a run is no longer in the cache.
    """
    truth = load_truth(source)
    weights = report.get("blend", {}).get("weights", {})
    runs = [load_run(str(name), store=store) for name in weights]
    found = [run for run in runs if run is not None]
    if truth is None or not found or len(found) < len(weights):
        return None
    if not catalog.items.test.index.isin(truth.index).all():
        return None
    members = [Member(run.run_id, run.oof_log_price, run.test_log_price) for run in found]
    mixed = fixed_blend(members, catalog.price, plan_of(found[0], catalog, store=store), weights)
    return smape_pct(truth[mixed.test_log_price.index], to_price(mixed.test_log_price.to_numpy()))
