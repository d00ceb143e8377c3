"""What if on the challenge's real rows: milliseconds from an edit to the new price and reasons.

``python benchmarks/bench_what_if.py --cache DIR`` with the cache of an earlier ``run``; without one the default runs
are trained first, into a folder of its own. ``--train FILE --test FILE`` measures another catalogue, LightGBM alone.
Making a run ready is timed twice: the second time reads what the first one kept.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Literal

import numpy as np
from _common import kept_store, machine, real_catalog

from core.catalog import CatalogSource, load_catalog
from core.explain import WhatIfEdit, foretell_what_if, open_run, open_what_if
from core.features import ProductEdit
from core.folds import random_plan
from core.presets import DEFAULT_PRESET, PRESETS
from core.store import ArtifactStore
from core.train import TrainSpec, train
from core.types import TEXT, Catalog

ROWS = 30
EDITS = {
    "pack": lambda text: ProductEdit(fields={"pack_count": "7"}),
    "size": lambda text: ProductEdit(fields={"unit_size": "3.5 ounce"}),
    "brand": lambda text: ProductEdit(fields={"brand": ""}),
    "text": lambda text: ProductEdit(text=text + "\nBullet Point 9: certified organic, family size"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--train", type=Path)
    parser.add_argument("--test", type=Path)
    given = parser.parse_args()
    own = given.train is not None and given.test is not None
    catalog = load_catalog(CatalogSource(str(given.train), str(given.test))) if own else real_catalog()
    print(machine())
    with kept_store(given.cache) as store:
        measure("lightgbm", catalog, store)
        if not own:
            measure("xgboost", catalog, store)


def measure(family: Literal["lightgbm", "xgboost"], catalog: Catalog, store: ArtifactStore) -> None:
    """One family's figures."""
    plan = random_plan(catalog)
    run = train(catalog, plan, TrainSpec(family, PRESETS[DEFAULT_PRESET].blocks_for(catalog)), store=store)
    started = time.perf_counter()
    opened = open_run(run, catalog, plan, store=store)
    read = time.perf_counter()
    foretold = foretell_what_if(run, catalog, plan, store=store)
    asked = open_what_if(opened, store=store)
    ready = time.perf_counter()
    asked = open_what_if(opened, store=store)
    again = time.perf_counter() - ready
    said = f"ready for edits in {ready - read:.1f} s (foretold {foretold.seconds:.1f} s and reading)"
    print(f"{family}: run opened in {read - started:.1f} s, {said}, the second time in {again:.1f} s")
    worst = 0.0
    for split in ("train", "test"):
        items = getattr(catalog.items, split)
        expected = run.oof_log_price if split == "train" else run.test_log_price
        drawn = np.random.default_rng(0).choice(len(items), ROWS, replace=False)
        spent: dict[str, list[float]] = {name: [] for name in EDITS}
        computed: dict[str, list[float]] = {name: [] for name in EDITS}
        for position in drawn:
            sample_id, text = str(items.index[position]), str(items[TEXT].iloc[position])
            same = asked.answer(split, sample_id, WhatIfEdit(ProductEdit(text=text)))  # type: ignore[arg-type]
            worst = max(worst, abs(same.after.log_price - float(expected.loc[sample_id])))
            for name, edit in EDITS.items():
                began, worked = time.perf_counter(), time.process_time()
                asked.answer(split, sample_id, WhatIfEdit(edit(text)), before=same.before)  # type: ignore[arg-type]
                spent[name].append(1000 * (time.perf_counter() - began))
                computed[name].append(1000 * (time.process_time() - worked))
        for what, times in (("ms", spent), ("of the processor", computed)):
            said = ", ".join(f"{name} {np.median(took):.0f} (most {max(took):.0f})" for name, took in times.items())
            print(f"  {split} rows, {what}, median of {ROWS}: {said}{' (goal: 300)' if times is spent else ''}")
    print(f"  unedited rows against the run's own log_price: largest difference {worst:.1e}")


if __name__ == "__main__":
    main()
