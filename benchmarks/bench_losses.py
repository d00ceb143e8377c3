"""Every loss in every family, members for the default blend, and the SMAPE-optimal decision, on the real rows.

Blocks of the preset ``text``; a fold seed is the models' seed too, as in ``run``. Whatever is finished stays in
``--work``, so that the command can be stopped and taken up again, and prints the table of what is there so far.
Gains in points of SMAPE, positive is better, 95 % intervals over rows clustered by brand, and over fold seeds; the
gain's standard deviation over fold seeds stands behind.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from _common import challenge_dir, machine

from core.blend import Member, blend, nested_moves
from core.catalog import CatalogSource, load_catalog
from core.folds import FoldPlan, random_plan
from core.gains import brand_clusters
from core.metrics import clustered_se, row_smape_pct, to_price
from core.presets import PLAIN, MemberSpec, find_preset
from core.store import ArtifactStore
from core.train import TrainSpec, forget_models, train
from core.types import Catalog, FloatArray

SINGLE = [MemberSpec(family, loss) for family in ("linear", "lightgbm", "xgboost") for loss in ("l1", "smape", "huber")]
BLENDS: dict[str, tuple[MemberSpec, ...]] = {
    "both L1 (before)": PLAIN,
    "both SMAPE": (MemberSpec("lightgbm", "smape"), MemberSpec("xgboost", "smape")),
    "both L1, LightGBM Huber": (*PLAIN, MemberSpec("lightgbm", "huber")),
    "both L1, linear SMAPE": (*PLAIN, MemberSpec("linear", "smape")),
    "both L1, LightGBM SMAPE": (*PLAIN, MemberSpec("lightgbm", "smape")),
    "both L1, LightGBM SMAPE, linear SMAPE": (*PLAIN, MemberSpec("lightgbm", "smape"), MemberSpec("linear", "smape")),
    "both L1, both SMAPE, linear SMAPE": (
        *PLAIN,
        MemberSpec("lightgbm", "smape"),
        MemberSpec("xgboost", "smape"),
        MemberSpec("linear", "smape"),
    ),
}


class Lab:
    """Out-of-fold predictions of each model by each fold seed, fitted once."""

    def __init__(self, work: Path) -> None:
        folder = challenge_dir()
        self.catalog: Catalog = load_catalog(CatalogSource(str(folder / "train.csv"), str(folder / "test.csv")))
        self.store = ArtifactStore(work / "cache")
        self.folder = work / "oof"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.clusters = brand_clusters(self.catalog, store=self.store)

    def plan(self, seed: int) -> FoldPlan:
        return random_plan(self.catalog, n_folds=5, seed=seed)

    def file(self, member: MemberSpec, seed: int) -> Path:
        return self.folder / f"{member.family}.{member.loss}_{seed}.npy"

    def fit(self, member: MemberSpec, seed: int) -> None:
        if self.file(member, seed).is_file():
            return
        blocks = find_preset("text").blocks_for(self.catalog)
        spec = TrainSpec(member.family, blocks, seed=seed, loss=member.loss)
        began = time.process_time()
        run = train(self.catalog, self.plan(seed), spec, store=self.store, record=False)
        forget_models(run, store=self.store)
        print(
            f"seed {seed} {member.name} {run.oof_smape_pct:.3f}, {time.process_time() - began:.1f} s of CPU", flush=True
        )
        with self.file(member, seed).open("wb") as file:
            np.save(file, run.oof_log_price.to_numpy())

    def member(self, member: MemberSpec, seed: int) -> Member:
        oof = self.catalog.price.copy()
        oof[:] = np.load(self.file(member, seed))
        return Member(member.name, oof, oof.iloc[:0])

    def rows(self, log_price: FloatArray) -> FloatArray:
        return row_smape_pct(self.catalog.price, to_price(log_price))

    def line(self, name: str, without: list[FloatArray], having: list[FloatArray]) -> str:
        differences = [one - other for one, other in zip(without, having, strict=True)]
        by_seed = [float(rows.mean()) for rows in differences]
        spread = float(np.std(by_seed, ddof=1)) if len(by_seed) > 1 else float("nan")
        # Other rows, clustered by brand, and other folds and model seeds, both in one standard error.
        again = 0.0 if len(by_seed) < 2 else spread / len(by_seed) ** 0.5
        half = 1.96 * float(np.hypot(clustered_se(np.mean(differences, axis=0), self.clusters), again))
        gain = float(np.mean(by_seed))
        low, high = gain - half, gain + half
        better = sum(value > 0 for value in by_seed)
        score = float(np.mean([rows.mean() for rows in having]))
        numbers = f"{score:.2f} | {gain:+.2f} [{low:+.2f}, {high:+.2f}] | {spread:.2f}"
        return f"| {name} | {numbers} | {better} of {len(by_seed)} |"


def singles(lab: Lab, seeds: list[int]) -> None:
    print("\n| model | SMAPE | gain against its L1 | SD over seeds | better in |\n| --- | --- | --- | --- | --- |")
    for member in SINGLE:
        plain = MemberSpec(member.family)
        there = [s for s in seeds if lab.file(member, s).is_file() and lab.file(plain, s).is_file()]
        if there:
            both = [[lab.rows(np.load(lab.file(one, s))) for s in there] for one in (plain, member)]
            print(lab.line(member.name, *both))


def mixed_rows(lab: Lab, members: tuple[MemberSpec, ...], seed: int) -> FloatArray:
    held = [lab.member(member, seed) for member in members]
    return lab.rows(blend(held, lab.catalog.price, lab.plan(seed)).nested_log_price.to_numpy())


def blends(lab: Lab, seeds: list[int]) -> None:
    print(
        "\n| blend, weights nested | SMAPE | gain against both L1 | SD | better in |\n| --- | --- | --- | --- | --- |"
    )
    for name, members in BLENDS.items():
        there = [s for s in seeds if all(lab.file(one, s).is_file() for one in (*members, *PLAIN))]
        if there:
            print(lab.line(name, *[[mixed_rows(lab, one, s) for s in there] for one in (PLAIN, members)]))
            print(f"  by seed: {', '.join(f'{s}: {mixed_rows(lab, members, s).mean():.2f}' for s in there)}")


def decisions(lab: Lab, seeds: list[int]) -> None:
    preset = find_preset("text").members
    print("\n| decision, nested | SMAPE | gain against the blend | SD | better in |\n| --- | --- | --- | --- | --- |")
    for title, members in (("both L1", PLAIN), ("preset", preset)):
        moved: dict[str, list[FloatArray]] = {}
        for seed in [s for s in seeds if all(lab.file(one, s).is_file() for one in members)]:
            held = [lab.member(member, seed) for member in members]
            mixed = blend(held, lab.catalog.price, lab.plan(seed))
            found = nested_moves(mixed, held, lab.catalog.price, lab.plan(seed), clusters=lab.clusters)
            for rule, log_price in found.items():
                moved.setdefault(rule, []).append(lab.rows(log_price))
        for rule in [rule for rule in moved if rule != "none"]:
            print(lab.line(f"{title}: {rule}", moved["none"], moved[rule]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder that keeps blocks and predictions")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--only-table", action="store_true", help="fit nothing, print the table of what is there")
    options = parser.parse_args()
    lab = Lab(options.work)
    seeds = list(range(options.seeds))
    # The default blend on every seed first: an early stop leaves a table of it.
    for member in [] if options.only_table else sorted(SINGLE, key=lambda one: one not in find_preset("text").members):
        for seed in seeds:
            lab.fit(member, seed)
    print(machine())
    singles(lab, seeds)
    blends(lab, seeds)
    decisions(lab, seeds)


if __name__ == "__main__":
    main()
