"""Five planted leaks, found and named? Twenty clean runs, none alarmed?

Leaks: on a generated catalogue of 2,000 train rows and, where they are, on the challenge's real rows. Clean runs: ten
generated catalogues and ten draws of 2,000 real train rows, each with two members and all checks.

    python benchmarks/bench_sentinel.py --rows 2000 --clean 10
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from _common import machine, real_rows

from core.blend import Blend, Member, blend
from core.catalog import CatalogSource, DemoSpec, load_catalog, write_demo
from core.folds import FoldPlan, random_plan
from core.sentinel import Verdict, run_sentinel
from core.store import ArtifactStore
from core.train import Run, TrainSpec, train
from core.types import Catalog, SplitFrame
from tests import planted

BLOCKS = ("size", "text_stats", "quality", "category", "brand", "brand_price", "words")
CLEAN_ROWS = 2000


@dataclass(frozen=True)
class Case:
    """A catalogue with two trained members."""

    catalog: Catalog
    plan: FoldPlan
    runs: list[Run]
    mixed: Blend
    store: ArtifactStore

    def examine(self, *extra: planted.FeatureBlock | planted.RemadeBlock) -> list[Verdict]:
        return run_sentinel(self.catalog, self.plan, self.runs, self.mixed, store=self.store, extra=extra)


def case(catalog: Catalog, store: ArtifactStore, *, seed: int = 0) -> Case:
    """Train two members on five folds."""
    plan = random_plan(catalog, seed=seed)
    settings = {"learning_rate": 0.1, "max_rounds": 200, "patience": 30}
    runs = [
        train(catalog, plan, TrainSpec(family, BLOCKS, seed=seed, **settings), store=store, record=True)
        for family in ("lightgbm", "xgboost")
    ]
    return Case(catalog, plan, runs, _blend(runs, catalog, plan), store)


def _blend(runs: list[Run], catalog: Catalog, plan: FoldPlan) -> Blend:
    return blend([Member(run.run_id, run.oof_log_price, run.test_log_price) for run in runs], catalog.price, plan)


def leaks(clean: Case) -> dict[str, tuple[tuple[str, str], Callable[[], list[Verdict]]]]:
    """Each leak with the check that must find it, the word by which it must be named, and the examination."""
    catalog, store = clean.catalog, clean.store

    def pseudo() -> list[Verdict]:
        runs = [planted.with_pseudo_labels(clean.runs[0], catalog, clean.plan, fold=2, store=store), clean.runs[1]]
        return Case(catalog, clean.plan, runs, _blend(runs, catalog, clean.plan), store).examine()

    return {
        "in-sample brand price": (
            ("column_alone", "brand_price_in_sample"),
            lambda: clean.examine(planted.brand_price_over_all_rows(store)),
        ),
        "price per unit": (("column_alone", "per_unit"), lambda: clean.examine(planted.price_per_unit(catalog, store))),
        "noisy copy of the price": (("column_alone", "noisy"), lambda: clean.examine(planted.noisy_copy(catalog))),
        "duplicated rows across folds": (
            ("duplicates", "twin"),
            lambda: case(planted.with_repeated_rows(catalog, share=0.05), store).examine(),
        ),
        "a pseudo-labelled fold": (("fold_mismatch", clean.runs[0].run_id), pseudo),
    }


def catalogues(folder: Path, rows: int, count: int) -> Iterator[tuple[str, Catalog]]:
    """Clean catalogues: generated ones, then draws of the real train rows."""
    for seed in range(count):
        yield f"generated, seed {seed}", _demo(folder, rows, seed)
    real = _real()
    if real is None:
        return
    for seed in range(count):
        drawn = np.sort(np.random.default_rng(seed).permutation(real.n_train)[:CLEAN_ROWS])
        items = SplitFrame(real.items.train.iloc[drawn], real.items.test.iloc[:500])
        yield f"real rows, draw {seed}", Catalog("real", items, real.price.iloc[drawn], f"{real.key}-{seed}")


def _demo(folder: Path, rows: int, seed: int) -> Catalog:
    files = write_demo(folder / f"demo{seed}", DemoSpec(rows=rows, seed=seed, photos=0))
    return load_catalog(CatalogSource(str(files.train), str(files.test), name="demo"))


def _real() -> Catalog | None:
    folder = real_rows()
    if folder is None:
        return None
    return load_catalog(CatalogSource(str(folder / "train.csv"), str(folder / "test.csv"), name="real rows"))


def show_leaks(catalog: Catalog, store: ArtifactStore) -> None:
    """One line a planted leak, then how many were found and named."""
    clean, found = case(catalog, store), 0
    print(f"\n{catalog.name}, {catalog.n_train:,} train rows\n")
    print("| leak | found and named by | also by | seconds | evidence |\n| --- | --- | --- | --- | --- |")
    for name, ((check, word), examine) in leaks(clean).items():
        started = time.perf_counter()
        alarms = {item.check: item.evidence for item in examine() if item.verdict != "pass"}
        seconds = time.perf_counter() - started
        named = word in alarms.get(check, "")
        found += named
        others = ", ".join(other for other in alarms if other != check) or "–"
        print(f"| {name} | {check if named else 'MISSED'} | {others} | {seconds:.1f} | {alarms.get(check, '–')} |")
    print(f"\nfound and named: {found} of 5", flush=True)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=CLEAN_ROWS)
    parser.add_argument("--clean", type=int, default=10, help="clean runs of each kind")
    asked = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder, store = Path(name), ArtifactStore(Path(name) / "cache")
        show_leaks(_demo(folder, asked.rows, 100), store)
        real = _real()
        if real is not None:
            show_leaks(real, store)
        print("\n| clean run | alarms | seconds | evidence of alarms |\n| --- | --- | --- | --- |")
        alarmed = total = 0
        for label, catalog in catalogues(folder, asked.rows, asked.clean):
            clean = case(catalog, store)
            started = time.perf_counter()
            alarms = [item for item in clean.examine() if item.verdict != "pass"]
            seconds = time.perf_counter() - started
            told = "; ".join(f"{item.check}: {item.evidence}" for item in alarms) or "–"
            print(f"| {label} | {len(alarms)} | {seconds:.1f} | {told} |", flush=True)
            alarmed, total = alarmed + bool(alarms), total + 1
        print(f"\nclean runs alarmed: {alarmed} of {total}")


if __name__ == "__main__":
    main()
