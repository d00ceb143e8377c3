"""SHAP on the challenge's real rows: seconds for 2,000 rows of the default runs, sums, and the shap package's values.

``python benchmarks/bench_shap.py --cache DIR`` with the cache of an earlier ``run``; without one the default runs are
trained first, into a folder of its own.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Literal

import numpy as np
from _common import kept_store, machine, real_catalog

from core.explain import OpenRun, block_values, column_importance, explain_run, interactions, open_run
from core.folds import FoldPlan, random_plan
from core.presets import DEFAULT_PRESET, PRESETS
from core.store import ArtifactStore
from core.train import Run, TrainSpec, train
from core.types import Catalog

PACKAGE_ROWS = 100
FAMILIES: tuple[Literal["lightgbm", "xgboost"], ...] = ("lightgbm", "xgboost")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path)
    given = parser.parse_args().cache
    catalog = real_catalog()
    print(machine())
    with kept_store(given) as store:
        plan = random_plan(catalog)
        preset = PRESETS[DEFAULT_PRESET]
        for family in FAMILIES:
            run = train(catalog, plan, TrainSpec(family, preset.blocks_for(catalog)), store=store)
            measure(run, catalog, store)
            measure_own_walk(family, catalog, store)


def measure(run: Run, catalog: Catalog, store: ArtifactStore) -> None:
    """One family's figures; the explanation is computed anew."""
    plan = random_plan(catalog)
    seed = time.time_ns() % 2**31
    started, worked = time.perf_counter(), time.process_time()
    found = explain_run(run, catalog, plan, store=store, max_rows=2000, seed=seed)
    whole, processor = time.perf_counter() - started, time.process_time() - worked
    truth = run.oof_log_price[found.sample_ids]
    off = float(np.abs(found.log_price - truth).max())
    folded = found.base_log_price + block_values(found).sum(axis=1)
    folded_off = float(np.abs(folded - truth).max())
    print(f"{run.spec.family}: 2,000 rows in {whole:.2f} s, {processor:.2f} s of the processor (goal: 5 s)")
    print(f"  largest gap to log_price: columns {off:.1e}, folded by block {folded_off:.1e} (goal: 1e-4)")
    opened = open_run(run, catalog, plan, store=store)
    names = column_importance(found)["column"].tolist()[:2]
    started = time.perf_counter()
    interactions(found, opened, *names, store=store)
    print(f"  interaction of the two strongest columns in 2,000 rows: {time.perf_counter() - started:.2f} s")
    gap = package_gap(run, opened, plan)
    print(f"  against the shap package, {PACKAGE_ROWS} rows: largest difference {gap:.1e} (goal: 1e-5)")


def package_gap(run: Run, opened: OpenRun, plan: FoldPlan, *, own_walk: bool = False) -> float:
    """Largest difference of any SHAP value of the first fold's rows to the package's.

    Args:
        own_walk: By the package's own walk over the trees, which knows no categories in XGBoost; else through its
            interface, where it asks the library.
    """
    import lightgbm
    import shap
    import xgboost

    rows = np.flatnonzero(plan.validation_mask(0))[:PACKAGE_ROWS]
    seen = opened.reader.rows(0, "train", rows)
    rounds, data = run.rounds[0], opened.models[0].to_bytes()
    if run.spec.family == "lightgbm":
        whole = lightgbm.Booster(model_str=data.decode())
        kept, asked = lightgbm.Booster(model_str=whole.model_to_string(num_iteration=rounds)), seen
    else:
        booster = xgboost.Booster()
        booster.load_model(bytearray(data))
        kept = booster[:rounds]
        names, types = booster.feature_names, booster.feature_types
        asked = xgboost.DMatrix(seen, feature_names=names, feature_types=types, enable_categorical=True)
    explainer = shap.TreeExplainer(kept)
    if own_walk:
        explainer.model.model_type = "internal"
        other = explainer.shap_values(seen, check_additivity=False)
    else:
        other = explainer.shap_values(asked)
    ours = opened.models[0].contributions(seen, rounds=rounds)[:, :-1]
    return float(np.abs(ours - other).max())


def measure_own_walk(family: Literal["lightgbm", "xgboost"], catalog: Catalog, store: ArtifactStore) -> None:
    """The package's own walk on a run of the default blocks that hold numbers alone."""
    plan = random_plan(catalog)
    blocks = [name for name in PRESETS[DEFAULT_PRESET].blocks_for(catalog) if name != "category"]
    run = train(catalog, plan, TrainSpec(family, tuple(blocks)), store=store)
    gap = package_gap(run, open_run(run, catalog, plan, store=store), plan, own_walk=True)
    print(f"{family}, without categories, the package's own walk, {PACKAGE_ROWS} rows: {gap:.1e} (goal: 1e-5)")


if __name__ == "__main__":
    main()
