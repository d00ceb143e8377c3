"""Do the verdicts on two runs hold? The page's own runs on the real rows, by twelve seeds, with and without a block.

    python benchmarks/bench_verdicts.py [--seeds 12] [--drop neighbours] [--work DIR]

Two runs of one setting must read as noise, a run with the block against one without as real. Pairs are drawn from the
seeds' runs; no verdict looks at any other run than its two (the noise of fitting again is the measured default of
``core.runs.noise``). ``--work`` keeps the runs, so that a second call only judges.
"""

from __future__ import annotations

import argparse
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
from _common import kept_store, machine, real_catalog

from core.folds import random_plan
from core.gains import brand_clusters, refit_sd_beyond_rows
from core.presets import DEFAULT_PRESET, PRESETS
from core.runs import PRIOR_SD_PCT, RefitNoise, judge, rows_of
from core.store import ArtifactStore
from core.train import TrainSpec, train
from core.types import Catalog, FloatArray

PAIRS = 20
DEFAULT = RefitNoise(PRIOR_SD_PCT, 0)


def fitted(catalog: Catalog, blocks: tuple[str, ...], seeds: int, store: ArtifactStore) -> list[FloatArray]:
    """Rows of SMAPE of the page's LightGBM on these blocks by each seed."""
    plan = random_plan(catalog)
    found = []
    for seed in range(seeds):
        run = train(catalog, plan, TrainSpec("lightgbm", blocks, seed=seed), store=store)
        print(f"\r{len(blocks)} blocks, seed {seed}: {run.oof_smape_pct:.3f}  ", end="", flush=True)
        found.append(rows_of(run, catalog))
    print()
    return found


def count_real(pairs: list[tuple[FloatArray, FloatArray]], clusters: np.ndarray) -> tuple[int, list[float], float]:
    """How many pairs read as real, each pair's gain, and the mean standard error."""
    judged = [judge(one, other, clusters, DEFAULT) for one, other in pairs]
    gains = [gain.gain_pct for gain, _ in judged]
    return sum(v == "real" for _, v in judged), gains, float(np.mean([gain.se_pct for gain, _ in judged]))


def drawn(count: int, draw: np.random.Generator) -> list[int]:
    """Which of so many pairs are the twenty."""
    return sorted(int(place) for place in draw.permutation(count)[:PAIRS])


def tell(
    name: str, pairs: list[tuple[FloatArray, FloatArray]], clusters: np.ndarray, draw: np.random.Generator
) -> None:
    """One line on the twenty and one on all pairs."""
    some = [pairs[place] for place in drawn(len(pairs), draw)]
    for said, chosen in (("twenty pairs", some), ("all pairs", pairs)):
        real, gains, se = count_real(chosen, clusters)
        print(
            f"{name}, {said}: {real} of {len(chosen)} real; difference {np.mean(gains):+.2f}"
            f" ({min(gains):+.2f} to {max(gains):+.2f}), standard error {se:.3f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--drop", default="neighbours", help="the block whose gain must read as real")
    parser.add_argument("--work", type=Path, help="folder for the cache; a temporary one without")
    options = parser.parse_args()
    catalog = real_catalog()
    blocks = PRESETS[DEFAULT_PRESET].blocks_for(catalog)
    print(machine())
    with kept_store(options.work) as store:
        clusters = brand_clusters(catalog, store=store)
        having = fitted(catalog, blocks, options.seeds, store)
        without = fitted(catalog, tuple(name for name in blocks if name != options.drop), options.seeds, store)
    for name, rows in (("with it", having), (f"without {options.drop}", without)):
        scores = [float(row.mean()) for row in rows]
        beyond = refit_sd_beyond_rows([rows], clusters)
        print(
            f"{name}: SMAPE {np.mean(scores):.3f}, sd over seeds {np.std(scores, ddof=1):.3f}, beyond rows {beyond:.3f}"
        )
    draw = np.random.default_rng(0)
    tell("same setting, other seed", list(combinations(having, 2)), clusters, draw)
    tell(f"same setting without {options.drop}", list(combinations(without, 2)), clusters, draw)
    crossed = [(without[i], having[j]) for i, j in permutations(range(options.seeds), 2)]
    tell(f"{options.drop} added", crossed, clusters, draw)


if __name__ == "__main__":
    main()
