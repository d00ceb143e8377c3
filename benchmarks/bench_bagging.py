"""What averaging seeds gains: five LightGBM folds of the preset ``text`` on the real rows, over several fold seeds.

On each fold plan five runs are fitted that differ in their seed alone. A run that averages three or five seeds is made
of the same models (``core.train.Bag``, rounds chosen by the other folds' mean curve), which a test holds to be what
``seeds_bagged`` trains; it is set against the mean error of the single runs that it is made of, row by row. Of three
seeds all five neighbouring triples are averaged. Gains in points of SMAPE, positive is better, 95 % intervals over rows
clustered by brand and over fold seeds.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from _common import kept_store, machine, real_catalog

from core.folds import random_plan
from core.gains import brand_clusters
from core.metrics import clustered_se, row_smape_pct, to_price
from core.presets import find_preset
from core.store import ArtifactStore
from core.train import (
    FAMILIES,
    Bag,
    LossName,
    Run,
    TrainSpec,
    fold_curves,
    fold_models,
    forget_models,
    mean_curve,
    rounds_by_others,
    run_matrix,
    train,
)
from core.types import Catalog, FloatArray

SEEDS = 5
SETS = {3: [[(first + step) % SEEDS for step in range(3)] for first in range(SEEDS)], 5: [list(range(SEEDS))]}


class FoldSeed:
    """Five runs on one fold plan, and the row errors of any of them averaged."""

    def __init__(self, catalog: Catalog, seed: int, loss: LossName, store: ArtifactStore) -> None:
        self.catalog, self.plan = catalog, random_plan(catalog, seed=seed)
        blocks = find_preset("text").blocks_for(catalog)
        self.runs: list[Run] = []
        for model_seed in range(SEEDS):
            spec = TrainSpec("lightgbm", blocks, seed=SEEDS * seed + model_seed, loss=loss)
            began = time.process_time()
            self.runs.append(train(catalog, self.plan, spec, store=store))
            took = time.process_time() - began
            print(f"fold seed {seed}, {model_seed}: {self.runs[-1].oof_smape_pct:.3f}, {took:.0f} s of CPU", flush=True)
        self.single = [row_smape_pct(catalog.price, to_price(run.oof_log_price)) for run in self.runs]
        self.models = [fold_models(run, store=store) for run in self.runs]
        self.curves = [fold_curves(run, store=store) for run in self.runs]
        self.valid = [
            run_matrix(catalog, self.plan, self.runs[0], fold, store=store).train[self.plan.validation_mask(fold)]
            for fold in range(self.plan.n_folds)
        ]

    def bagged(self, members: Sequence[int]) -> FloatArray:
        """Row errors of the mean of these runs' models."""
        found = np.empty(self.catalog.n_train)
        curves = [mean_curve([self.curves[member][fold] for member in members]) for fold in range(self.plan.n_folds)]
        for fold, rounds in enumerate(rounds_by_others(curves)):
            bag = Bag(tuple(self.models[member][fold] for member in members))
            found[self.plan.validation_mask(fold)] = bag.predict(self.valid[fold], rounds=rounds)
        return row_smape_pct(self.catalog.price, to_price(found))

    def gain(self, size: int) -> FloatArray:
        """Rows of SMAPE that averaging ``size`` seeds takes away, the mean over its sets."""
        parts = [
            np.mean([self.single[member] for member in members], axis=0) - self.bagged(members)
            for members in SETS[size]
        ]
        mean: FloatArray = np.mean(parts, axis=0)
        return mean


def line(name: str, gains: list[FloatArray], score: float, clusters: np.ndarray) -> str:
    by_seed = np.array([rows.mean() for rows in gains])
    again = float(by_seed.std(ddof=1)) / len(by_seed) ** 0.5 if len(by_seed) > 1 else 0.0
    half = 1.96 * float(np.hypot(clustered_se(np.mean(gains, axis=0), clusters), again))
    gain = float(by_seed.mean())
    said = ", ".join(f"{value:.2f}" for value in by_seed)
    better = int((by_seed > 0).sum())
    return f"| {name} | {score:.2f} | {gain:+.2f} [{gain - half:+.2f}, {gain + half:+.2f}] | {said} | {better} |"


def resident_mib() -> float:
    """Memory that the process holds now (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def held_mib(folds: Sequence[FoldSeed]) -> str:
    """Memory that a fold's model takes once it is read, from what reading many more of them adds."""
    data = [model.to_bytes() for models in folds[0].models for model in models]
    before = resident_mib()
    kept = [FAMILIES["lightgbm"].load(one) for one in data * 4]
    mean = np.mean([len(one) for one in data]) / 2**20
    return f"{(resident_mib() - before) / len(kept):.1f} MiB of memory a model; {mean:.1f} MiB of text"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="folder that keeps blocks and runs; none: a fresh one")
    parser.add_argument("--fold-seeds", type=int, default=4)
    parser.add_argument("--loss", default="l1", choices=("l1", "smape"))
    parser.add_argument("--forget", action="store_true", help="drop the models afterwards")
    options = parser.parse_args()
    catalog = real_catalog()
    with kept_store(options.cache) as store:
        clusters = brand_clusters(catalog, store=store)
        folds = [FoldSeed(catalog, seed, options.loss, store) for seed in range(options.fold_seeds)]
        print(f"\n{machine()}; {held_mib(folds)}")
        print(
            "\n| seeds averaged | SMAPE | gain against one | by fold seed | better in |"
            "\n| --- | --- | --- | --- | --- |"
        )
        one = float(np.mean([rows.mean() for fold in folds for rows in fold.single]))
        spread = float(np.mean([np.std([rows.mean() for rows in fold.single], ddof=1) for fold in folds]))
        print(f"| 1 | {one:.2f} | | SD over model seeds {spread:.2f} | |")
        for size in SETS:
            gains = [fold.gain(size) for fold in folds]
            print(line(str(size), gains, one - float(np.mean([rows.mean() for rows in gains])), clusters))
        if options.forget:
            for fold in folds:
                for run in fold.runs:
                    forget_models(run, store=store)


if __name__ == "__main__":
    main()
