"""SHAP on the challenge's real rows: seconds for 2,000 rows of the default runs, sums, and the shap package's values.

``python benchmarks/bench_shap.py --cache DIR`` with the cache of an earlier ``run``; without one the default runs are
trained first, into a folder of its own.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from _common import kept_store, machine, real_catalog

from core.explain import block_values, column_importance, explain_run, interactions, open_run
from core.folds import random_plan
from core.presets import DEFAULT_PRESET, PRESETS
from core.store import ArtifactStore
from core.train import Run, TrainSpec, train
from core.types import Catalog

PACKAGE_ROWS = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path)
    given = parser.parse_args().cache
    catalog = real_catalog()
    print(machine())
    with kept_store(given) as store:
        plan = random_plan(catalog)
        preset = PRESETS[DEFAULT_PRESET]
        for family in ("lightgbm", "xgboost"):
            run = train(catalog, plan, TrainSpec(family, preset.blocks_for(catalog)), store=store)
            measure(run, catalog, store)


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
    if run.spec.family == "lightgbm":
        import lightgbm
        import shap

        rows = np.flatnonzero(plan.validation_mask(0))[:PACKAGE_ROWS]
        seen = opened.reader.rows(0, "train", rows)
        text = opened.models[0].to_bytes().decode()
        model = lightgbm.Booster(model_str=text)
        kept = lightgbm.Booster(model_str=model.model_to_string(num_iteration=run.rounds[0]))
        other = shap.TreeExplainer(kept).shap_values(seen)
        ours = opened.models[0].contributions(seen, rounds=run.rounds[0])[:, :-1]
        gap = float(np.abs(ours - other).max())
        print(f"  against the shap package, {PACKAGE_ROWS} rows: largest difference {gap:.1e} (goal: 1e-5)")


if __name__ == "__main__":
    main()
