"""What a blend gains over its best member on the real rows, with side table and vectors, headless.

    python benchmarks/bench_blend_real.py --work DIR [--model local-dir:../shared/models/standin-clip] [--only-preset]

Blocks of the preset ``text``, the attributes as side table, photos and vectors of the model; five folds of seed 0.
First the preset's own members, then others that may err elsewhere: other losses, families and seeds, subsets of the
blocks, neighbours alone, words alone. Every score is nested; "gain" is the best member's SMAPE less the blend's, paired
by rows, with a 95 % interval over rows clustered by brand. What is finished stays in ``--work``.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from _common import challenge_dir, machine

from core.blend import Member, assess, blend
from core.catalog import CatalogSource, load_catalog
from core.embed import ModelSpec
from core.folds import random_plan
from core.gains import brand_clusters
from core.metrics import clustered_se, row_smape_pct, to_price
from core.pipeline.pictures import with_pictures
from core.pipeline.run import N_FOLDS
from core.presets import find_preset
from core.store import ArtifactStore
from core.train import TrainSpec, forget_models, train
from core.types import no_progress

STAND_IN = "local-dir:../shared/models/standin-clip"


@dataclass(frozen=True)
class Candidate:
    """A member: ``keep`` are the blocks it gets (all when empty), ``drop`` those it does without."""

    name: str
    family: str
    loss: str = "l1"
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)
    preset: bool = False


POOL = (
    Candidate("LightGBM L1", "lightgbm", preset=True),
    Candidate("XGBoost L1", "xgboost", preset=True),
    Candidate("LightGBM SMAPE", "lightgbm", "smape", preset=True),
    Candidate("linear SMAPE", "linear", "smape", preset=True),
    Candidate("dual-input SMAPE", "dual_input", "smape", preset=True),
    Candidate("linear Huber", "linear", "huber"),
    Candidate("words alone, linear", "linear", "smape", keep=("text_size",)),
    Candidate("neighbours alone, LightGBM", "lightgbm", "smape", keep=("neighbours",)),
    Candidate("no side table, LightGBM", "lightgbm", "smape", drop=("side:",)),
    Candidate("no neighbours, LightGBM", "lightgbm", "smape", drop=("neighbours",)),
    Candidate("no words, LightGBM", "lightgbm", "smape", drop=("words", "text_size")),
    Candidate("few columns, LightGBM", "lightgbm", "smape", more={"column_share": 0.15, "seed": 1}),
    Candidate("many leaves, LightGBM", "lightgbm", "smape", more={"leaves": 127, "learning_rate": 0.03, "seed": 2}),
    Candidate("XGBoost SMAPE", "xgboost", "smape"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder that keeps blocks, vectors and predictions")
    parser.add_argument("--model", default=STAND_IN, help="as for python -m core run (default: %(default)s)")
    parser.add_argument("--only-preset", action="store_true", help="the preset's members alone")
    options = parser.parse_args()
    folder = challenge_dir()
    sides = tuple(str(folder / f"attributes_{part}.csv") for part in ("train", "test"))
    source = CatalogSource(
        str(folder / "train.csv"), str(folder / "test.csv"), sides=sides, images=str(folder / "images")
    )
    store = ArtifactStore(options.work / "cache")
    catalog, _ = with_pictures(load_catalog(source), source, ModelSpec(options.model), store=store, report=no_progress)
    plan = random_plan(catalog, n_folds=N_FOLDS, seed=0)
    blocks = find_preset("text").blocks_for(catalog)
    print(f"{machine()}\nblocks: {', '.join(blocks)}\n", flush=True)
    held: list[tuple[Candidate, Member]] = []
    kept = options.work / "oof"
    kept.mkdir(parents=True, exist_ok=True)
    for one in [one for one in POOL if one.preset or not options.only_preset]:
        wanted = one.keep or tuple(
            block for block in blocks if not any(block.startswith(prefix) for prefix in one.drop)
        )
        spec = TrainSpec(one.family, wanted, **{"loss": one.loss, **one.more})
        path = kept / f"{one.name}.npy"
        if not path.is_file():
            began = time.process_time()
            run = train(catalog, plan, spec, store=store, record=False)
            forget_models(run, store=store)
            with path.open("wb") as file:
                np.save(file, run.oof_log_price.to_numpy())
            print(f"{one.name}: {run.oof_smape_pct:.3f}, {time.process_time() - began:.0f} s of CPU", flush=True)
        oof = catalog.price.copy()
        oof[:] = np.load(path)
        held.append((one, Member(one.name, oof, oof.iloc[:0])))
    clusters = brand_clusters(catalog, store=store)

    def told(title: str, members: list[Member]) -> None:
        tried = assess(members, catalog.price, plan)
        alone = dict(zip(tried.names, tried.member_smape_pct, strict=True))
        best = min(members, key=lambda member: alone[member.name])
        rows = row_smape_pct(catalog.price, to_price(best.oof_log_price))
        print(f"\n{title}, best member {best.name} {alone[best.name]:.3f}")
        print("| method | space | nested | optimism | gain over the best member |\n| --- | --- | --- | --- | --- |")
        for place, score in enumerate(tried.scores):
            mixed = blend(members, catalog.price, plan, method=score.method.name, space=score.space)
            gain = rows - row_smape_pct(catalog.price, to_price(mixed.nested_log_price))
            half = 1.96 * clustered_se(gain, clusters)
            print(
                f"| {score.method.title}{' (default)' if place == tried.chosen else ''} | {score.space} |"
                f" {score.nested_smape_pct:.3f} | {score.optimism_pct:+.3f} |"
                f" {gain.mean():+.3f} [{gain.mean() - half:+.3f}, {gain.mean() + half:+.3f}] |"
            )
        weights = dict(zip(tried.names, tried.best.mix.weights.round(3).tolist(), strict=True))
        print("weights of the default:", ", ".join(f"{name} {weight}" for name, weight in weights.items()))
        worth = dict(zip(tried.names, tried.without_pct.round(3).tolist(), strict=True))
        print("leaving out costs:", ", ".join(f"{name} {cost}" for name, cost in worth.items()))

    told("the preset's members", [member for one, member in held if one.preset])
    if not options.only_preset:
        told("all members", [member for _, member in held])


if __name__ == "__main__":
    main()
