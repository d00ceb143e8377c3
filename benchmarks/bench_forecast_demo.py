"""Forecast against truth on generated catalogues, whose test prices are known.

For each seed and each share of unseen brands: a demo catalogue, a LightGBM on five folds, the forecast, and the score
that its predictions really reach on test. Beside it what plain cross-validation says, and the sampling error of the
truth itself, the floor that no forecast goes below.

    python benchmarks/bench_forecast_demo.py --seeds 4 --rows 2000
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from _common import machine

from core.catalog import CatalogSource, DemoSpec, load_catalog, load_truth, write_demo
from core.folds import random_plan
from core.metrics import row_smape_pct, to_price
from core.shift import Forecast, Predictions, brands_apart, catalog_forecast
from core.store import ArtifactStore
from core.train import TrainSpec, train

UNSEEN = (0.05, 0.3, 0.6)
BLOCKS = ("size", "text_stats", "quality", "category", "brand", "brand_price")


@dataclass(frozen=True)
class Trial:
    """One catalogue: what was forecast and what came."""

    unseen: float
    seed: int
    cv_pct: float
    forecast: Forecast
    grouped: Forecast
    truth_pct: float
    floor_pct: float


def trial(folder: Path, *, rows: int, unseen: float, seed: int) -> Trial:
    """Draw a catalogue, train, forecast without and with brand-grouped folds, score."""
    files = write_demo(folder / "demo", DemoSpec(rows=rows, unseen=unseen, seed=seed, photos=0))
    source = CatalogSource(str(files.train), str(files.test), name="demo")
    catalog, store = load_catalog(source), ArtifactStore(folder / "cache")
    plan = random_plan(catalog, seed=seed)
    spec = TrainSpec("lightgbm", BLOCKS, seed=seed, learning_rate=0.1, max_rounds=300, patience=40)
    run = train(catalog, plan, spec, store=store)
    apart = brands_apart(catalog, plan, spec, store=store)
    predictions = Predictions(run.oof_log_price, run.test_fold_log_price)
    plain = catalog_forecast(catalog, plan, predictions, store=store)
    grouped = catalog_forecast(catalog, plan, predictions, store=store, apart=apart)
    truth = load_truth(source)
    if truth is None:
        raise SystemExit("the demo's true prices are missing")
    errors = row_smape_pct(truth[catalog.items.test.index], to_price(run.test_log_price))
    floor = float(errors.std() / np.sqrt(errors.size) * np.sqrt(2 / np.pi))
    return Trial(unseen, seed, run.oof_smape_pct, plain, grouped, float(errors.mean()), floor)


def line(done: Trial) -> str:
    """A trial as a line of the table."""
    shown = done.grouped
    held = "yes" if shown.low_pct <= done.truth_pct <= shown.high_pct else "no"
    scores = (done.cv_pct, done.forecast.smape_pct, shown.smape_pct)
    interval = f"{shown.low_pct:.2f} to {shown.high_pct:.2f}"
    numbers = " | ".join(f"{score:.2f}" for score in scores)
    return f"| {done.unseen:.0%} | {done.seed} | {numbers} | {interval} | {done.truth_pct:.2f} | {held} |"


def summary(trials: list[Trial]) -> str:
    """Mean absolute errors and coverage over the trials."""

    def miss(guess: list[float]) -> float:
        return float(np.mean([abs(g - t.truth_pct) for g, t in zip(guess, trials, strict=True)]))

    held = sum(t.grouped.low_pct <= t.truth_pct <= t.grouped.high_pct for t in trials)
    return (
        f"mean absolute error: plain CV {miss([t.cv_pct for t in trials]):.2f}, forecast"
        f" {miss([t.forecast.smape_pct for t in trials]):.2f}, with brand-grouped folds"
        f" {miss([t.grouped.smape_pct for t in trials]):.2f}; floor {np.mean([t.floor_pct for t in trials]):.2f};"
        f" interval held {held} of {len(trials)}"
    )


def main() -> None:
    """Print one line a catalogue, then a summary a share of unseen brands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--rows", type=int, default=2000)
    asked = parser.parse_args()
    print(machine())
    print("| unseen | seed | plain CV | forecast | with grouped folds | 90 % interval | truth | held |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for unseen in UNSEEN:
        trials = []
        for seed in range(asked.seeds):
            with tempfile.TemporaryDirectory() as folder:
                trials.append(trial(Path(folder), rows=asked.rows, unseen=unseen, seed=seed))
            print(line(trials[-1]), flush=True)
        print(f"\n{unseen:.0%} unseen: {summary(trials)}\n", flush=True)


if __name__ == "__main__":
    main()
