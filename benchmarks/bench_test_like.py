"""Do test-like folds read what the test file scores? Against random and brand-grouped folds, on re-splits of real rows.

Each re-split takes rows out of the challenge's train file to play the test file. The small model of the gap ladder
(five simple columns and the brand's price) is scored by all three kinds of folds, and on the test rows by each fold
model of the random folds alone, so that no averaging of models stands between the numbers.

    python benchmarks/bench_test_like.py --work /tmp/test_like
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from _common import challenge_dir, machine
from _resplits import Resplit, real_rows, resplit

from core.features import brands
from core.folds import FoldPlan, grouped_plan, like_test_plan, random_plan, unseen_pct
from core.metrics import row_smape_pct, to_price
from core.shift import fold_support, rows_in_both
from core.shift.gap_fits import BRAND_PRICE, SMALL
from core.store import ArtifactStore
from core.train import train
from core.types import FloatArray

KINDS = ("random", "brand30", "brand60", "brand85")


def scored(drawn: Resplit, store: ArtifactStore) -> dict[str, float]:
    """SMAPE of each kind of folds and of the test rows, percent, and the unseen shares."""
    catalog, spec = drawn.catalog, replace(SMALL, blocks=BRAND_PRICE)
    named = brands(catalog, store=store).value
    key = named.train["brand_key"]
    support = fold_support(named, "brand_key", random_plan(catalog)).test["support"].to_numpy(dtype=np.float64)
    rows, test_rows = rows_in_both(named, "brand_key")
    matched = like_test_plan(catalog, key, rows, test_support=support, test_brand_rows=test_rows)

    def errors(plan: FoldPlan) -> FloatArray:
        run = train(catalog, plan, spec, store=store)
        return row_smape_pct(catalog.price, to_price(run.oof_log_price))

    plain = train(catalog, random_plan(catalog), spec, store=store)
    single = [row_smape_pct(drawn.truth, to_price(plain.test_fold_log_price[c])) for c in plain.test_fold_log_price]
    return {
        "target_pct": unseen_pct(matched.target_pct),
        "reached_pct": unseen_pct(matched.reached_pct),
        "random": float(errors(random_plan(catalog)).mean()),
        "test_like": float((errors(matched.plan) * matched.row_weight.to_numpy()).mean()),
        "brand_grouped": float(errors(grouped_plan(catalog, key)).mean()),
        "truth": float(np.mean(single)),
    }


def main() -> None:
    """Print a line a re-split and the mean misses."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for the cache")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    store = ArtifactStore(arguments.work / "cache")
    rows = real_rows(challenge_dir(), store)
    print(machine())
    print("kind, seed | unseen in test, reached | random, test-like, brand-grouped folds | truth")
    misses: dict[str, list[list[float]]] = {}
    for kind in KINDS:
        for seed in range(arguments.seeds):
            one = scored(resplit(rows, kind, seed), store)
            folds = [one[name] for name in ("random", "test_like", "brand_grouped")]
            misses.setdefault(kind, []).append([value - one["truth"] for value in folds])
            print(
                f"{kind} {seed} | {one['target_pct']:.1f} {one['reached_pct']:.1f} |"
                f" {' '.join(f'{value:.2f}' for value in folds)} | {one['truth']:.2f}",
                flush=True,
            )
    print("mean absolute miss of random, test-like, brand-grouped folds (mean miss)")
    for kind, lines in misses.items():
        table = np.array(lines)
        said = [f"{size:.2f} ({mean:+.2f})" for size, mean in zip(np.abs(table).mean(0), table.mean(0), strict=True)]
        print(f"{kind}: {', '.join(said)}")


if __name__ == "__main__":
    main()
