"""Blending at full size: seconds of every method, its score against the best weights, members of pure noise.

    python benchmarks/bench_blend.py [--rows 75000]

Nine members are generated with errors that correlate as those of one team's models do; their best simplex weights are
found on ten times as many rows of the same generator, by SLSQP, and scored on those. Nothing is read from disk.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd
from _common import machine

from core.blend import Member, assess
from core.blend.methods import slsqp
from core.blend.space import Scaled
from core.folds import FoldPlan
from core.types import FloatArray

N_MEMBERS = 9
NOISE_MEMBERS = 5
MIDDLE, SPREAD, FAMILY_ERROR = 2.6, 0.85, 0.25


def drawn(n_rows: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Members' ``log_price`` (n_rows, 9) and the truth: shared and own errors, shrunk as a fitted model's."""
    rng = np.random.default_rng(seed)
    known = rng.normal(0.0, SPREAD, size=n_rows)
    families = rng.normal(scale=FAMILY_ERROR, size=(n_rows, 3))
    own_error = np.linspace(0.1, 0.35, N_MEMBERS)
    own = rng.normal(size=(n_rows, N_MEMBERS)) * own_error
    raw = known[:, None] + np.repeat(families, 3, axis=1) + own
    members = MIDDLE + raw * SPREAD**2 / (SPREAD**2 + FAMILY_ERROR**2 + own_error**2)
    return members, MIDDLE + known + rng.standard_t(4, size=n_rows) * 0.45


def made(members: FloatArray, truth: FloatArray) -> tuple[list[Member], pd.Series, FoldPlan]:
    """The arrays as members on a random plan."""
    ids = pd.Index([str(row) for row in range(len(truth))], name="sample_id")
    fold = np.random.default_rng(0).permutation(len(truth)) % 5
    plan = FoldPlan("random", 5, 0, pd.Series(fold.astype(np.int8), index=ids), "generated")
    nothing = pd.Series([1.0], index=pd.Index(["t"], name="sample_id"))
    named = [Member(f"m{place}", pd.Series(column, index=ids), nothing) for place, column in enumerate(members.T)]
    return named, pd.Series(np.exp(truth), index=ids), plan


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=75_000)
    asked = parser.parse_args()
    print(machine())
    members, truth = drawn(asked.rows, seed=1)
    tried = assess(*made(members, truth))
    wide = Scaled.of(*drawn(10 * asked.rows, seed=2), "log")
    best = slsqp(wide, None)
    here = Scaled.of(members, truth, "log")
    known = 200.0 * float(here.row_loss(best.of(members)).mean())
    print(f"the generator's best simplex weights score {known:.3f} % on these {asked.rows:,} rows")
    print("| method | space | in sample | nested | optimism | over the best weights | seconds |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for score in tried.scores:
        print(
            f"| {score.method.title} | {score.space} | {score.in_sample_smape_pct:.3f} |"
            f" {score.nested_smape_pct:.3f} | {score.optimism_pct:+.3f} | {score.nested_smape_pct - known:+.3f} |"
            f" {score.seconds:.2f} |"
        )
    print(f"default: {tried.best.method.title}, {tried.best.space} space")
    rng = np.random.default_rng(3)
    noise = rng.normal(MIDDLE, SPREAD, size=(asked.rows, NOISE_MEMBERS))
    three, beside = members[:, ::3], np.column_stack([members[:, ::3], noise])
    clean, noisy = assess(*made(three, truth)), assess(*made(beside, truth))
    print(f"\nthree real members, then {NOISE_MEMBERS} of pure noise beside them:")
    for one, two in zip(clean.scores, noisy.scores, strict=True):
        print(
            f"{one.method.name} {one.space}: nested {one.nested_smape_pct:.3f} → {two.nested_smape_pct:.3f};"
            f" intervals of the noise's weights start at {two.weight_low[3:].max():.4f} or below"
        )


if __name__ == "__main__":
    main()
