"""The learning curve of the page's LightGBM on the real rows, and what it says of 75,000: SIMULATED, nobody has them.

    python benchmarks/bench_learning_curve.py [--seeds 3] [--work DIR]

Fit rows of the fold plan are sub-sampled, every point is scored on the same 6,480 rows. The largest size is also
foretold from the others, which is the only test that these rows allow. ``--work`` keeps the points.
"""

from __future__ import annotations

import argparse
import resource
from pathlib import Path

import numpy as np
from _common import kept_store, machine, real_catalog

from core.folds import random_plan
from core.presets import DEFAULT_PRESET, PRESETS
from core.runs import CurvePoint, CurveSpec, LearningCurve, measure_curve
from core.train import TrainSpec


def show(curve: LearningCurve) -> None:
    """The table and the extrapolation as Markdown."""
    print("| fit rows of a fold | SMAPE, mean | by sub-sample |\n| --- | --- | --- |")
    for share in curve.spec.shares:
        mine = [point for point in curve.points if point.share == share]
        scores = [point.smape_pct for point in mine]
        print(f"| {mine[0].n_fit:,} | {np.mean(scores):.2f} | {', '.join(f'{score:.2f}' for score in scores)} |")
    full, (low, high) = curve.full, curve.full_interval_90_pct
    print(
        f"\nSIMULATED, {curve.spec.full_rows:,} train rows ({full.n_fit:,} fit rows): {full.smape_pct:.2f} %, 90 %"
        f" {full.low_pct:.2f} to {full.high_pct:.2f} on these rows, {low:.2f} to {high:.2f} on others of their kind"
    )
    if curve.left_out is not None:
        left = curve.left_out
        print(
            f"the largest size foretold from the others: {left.smape_pct:.2f} [{left.low_pct:.2f},"
            f" {left.high_pct:.2f}], measured {curve.left_out_smape_pct:.2f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="sub-samples of each size")
    parser.add_argument("--work", type=Path, help="folder for the cache; a temporary one without")
    options = parser.parse_args()
    catalog = real_catalog()
    model = TrainSpec("lightgbm", PRESETS[DEFAULT_PRESET].blocks_for(catalog))

    def told(point: CurvePoint) -> None:
        print(f"\r{point.n_fit:,} fit rows, sub-sample {point.seed + 1}: {point.smape_pct:.2f}  ", end="", flush=True)

    with kept_store(options.work) as store:
        spec = CurveSpec(model, seeds=options.seeds)
        curve = measure_curve(catalog, random_plan(catalog), spec, store=store, told=told)
    print(f"\n{machine()}\n")
    show(curve)
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_utime:.0f} s of processor time")


if __name__ == "__main__":
    main()
