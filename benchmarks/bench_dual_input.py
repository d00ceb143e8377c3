"""The dual-input network on the real rows: seconds of five folds, its score, and what it adds to the default blend.

    python benchmarks/bench_dual_input.py [--model local-dir:../shared/models/standin-clip] [--seeds 1] [--work DIR]

``SHELFPRICE_THREADS`` as set (default 2). Encodes photos and titles first where the cache in ``--work`` does not hold
them. Seconds are those of the fits alone, blocks at hand, in this process; they are kept with the scores, so that what
is finished is not fitted again. Blends are the preset's members with the weights nested; gains in points of SMAPE,
positive is better, 95 % intervals of 2,000 bootstrap draws of whole brands.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path

os.environ.setdefault("SHELFPRICE_THREADS", "2")

import numpy as np
from _common import challenge_dir, machine

from core.blend import Member, blend
from core.catalog import CatalogSource, load_catalog
from core.embed import ModelSpec, is_whole, vector_blocks
from core.encode import vector_encoders
from core.folds import random_plan
from core.gains import brand_clusters
from core.metrics import row_smape_pct, to_price
from core.pipeline.pictures import with_pictures
from core.presets import DEFAULT_PRESET, PRESETS, MemberSpec
from core.store import ArtifactStore
from core.train import TrainSpec, forget_models, train
from core.types import Catalog, FloatArray, IntArray

STAND_IN = "local-dir:../shared/models/standin-clip"
NETWORK = MemberSpec("dual_input", "smape")
REDUCED, WHOLE = "text vectors reduced, alone", "text vectors whole, alone"
NO_WORDS = ("size", "text_stats", "category", "brand")
DRAWS = 2000
Blocks = tuple[str, ...]


class Lab:
    """Out-of-fold predictions of each model on each set of blocks by each seed, fitted once and kept in a folder."""

    def __init__(self, catalog: Catalog, store: ArtifactStore, folder: Path) -> None:
        self.catalog, self.store, self.folder = catalog, store, folder
        folder.mkdir(parents=True, exist_ok=True)

    def oof(self, member: MemberSpec, name: str, blocks: Blocks, seed: int) -> tuple[FloatArray, float]:
        """``log_price`` of each train row, and seconds of the five folds."""
        about = self.folder / f"{member.name}_{name.replace(' ', '_')}_{seed}.json"
        if not about.is_file():
            spec = TrainSpec(member.family, blocks, seed=seed, loss=member.loss)
            run = train(self.catalog, random_plan(self.catalog, seed=seed), spec, store=self.store, record=False)
            forget_models(run, store=self.store)
            oof = [float(value) for value in run.oof_log_price]
            about.write_text(json.dumps({"oof": oof, "seconds": run.seconds, "rounds": run.rounds}))
            print(f"  seed {seed}, {member.name} on {name}: {run.oof_smape_pct:.2f}, {run.seconds:.0f} s", flush=True)
        kept = json.loads(about.read_text())
        return np.array(kept["oof"]), float(kept["seconds"])

    def rows(self, log_price: FloatArray) -> FloatArray:
        """SMAPE of each train row."""
        return row_smape_pct(self.catalog.price, to_price(log_price))

    def blended(self, held: list[tuple[str, FloatArray]], seed: int) -> tuple[FloatArray, dict[str, float]]:
        """SMAPE of each row by the nested blend, and the members' weights."""
        members = []
        for name, log_price in held:
            oof = self.catalog.price.copy()
            oof[:] = log_price
            members.append(Member(name, oof, oof.iloc[:0]))
        mixed = blend(members, self.catalog.price, random_plan(self.catalog, seed=seed))
        return self.rows(mixed.nested_log_price.to_numpy()), dict(mixed.weights)


def interval(gains: FloatArray, clusters: IntArray) -> tuple[float, float]:
    """95 % of the mean over draws of whole brands with replacement."""
    _, cluster = np.unique(clusters, return_inverse=True)
    total, count = np.bincount(cluster, gains), np.bincount(cluster)
    draw = np.random.default_rng(0).multinomial(len(count), np.full(len(count), 1 / len(count)), size=DRAWS)
    means = (draw @ total) / (draw @ count)
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def block_sets(catalog: Catalog) -> dict[str, Blocks]:
    """What the network is tried on."""
    brought = {*vector_blocks(catalog), *vector_encoders(catalog)}
    text = tuple(name for name in PRESETS[DEFAULT_PRESET].blocks_for(catalog) if name not in brought)
    towers = [name for name in vector_blocks(catalog) if name.startswith(("text", "image"))]
    whole = tuple(name for name in towers if is_whole(name) or name.startswith("image_text"))
    reduced = tuple(name for name in towers if not is_whole(name))
    return {
        REDUCED: tuple(name for name in reduced if name.startswith("text")),
        WHOLE: tuple(name for name in whole if name.startswith("text")),
        "size branch alone": NO_WORDS,
        "size branch, text and photo reduced": (*NO_WORDS, *reduced),
        "size branch, text and photo whole": (*NO_WORDS, *whole),
        "the preset's blocks": text,
        "the preset's blocks, text and photo reduced": (*text, *reduced),
        "the preset's blocks, text and photo whole": (*text, *whole),
    }


def trees_on_vectors(lab: Lab, seeds: list[int]) -> None:
    """What trees make of the text vectors alone."""
    sets = block_sets(lab.catalog)
    for name in (REDUCED, WHOLE):
        found = [lab.oof(MemberSpec("lightgbm", "smape"), name, sets[name], seed) for seed in seeds]
        score = np.mean([lab.rows(oof).mean() for oof, _ in found])
        print(f"LightGBM, SMAPE loss, on {name}: {score:.2f}, {max(seconds for _, seconds in found):.0f} s", flush=True)


def show(lab: Lab, seeds: list[int]) -> None:
    """The table as Markdown."""
    sets, clusters = block_sets(lab.catalog), brand_clusters(lab.catalog, store=lab.store)
    members = PRESETS[DEFAULT_PRESET].members
    blocks = sets["the preset's blocks"]
    preset = {s: [(m.name, lab.oof(m, "preset", blocks, s)[0]) for m in members] for s in seeds}
    plain = {seed: lab.blended(preset[seed], seed)[0] for seed in seeds}
    print(f"\nthe preset's blend, nested: {np.mean([rows.mean() for rows in plain.values()]):.2f}")
    print("\n| network on | seconds, five folds | out of fold | blend with it, nested | gain | weight |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, chosen in sets.items():
        found = {seed: lab.oof(NETWORK, name, chosen, seed) for seed in seeds}
        mixed = {s: lab.blended([*preset[s], (NETWORK.name, found[s][0])], s) for s in seeds}
        gains = np.mean([plain[seed] - mixed[seed][0] for seed in seeds], axis=0)
        low, high = interval(gains, clusters)
        seconds = max(item[1] for item in found.values())
        alone = np.mean([lab.rows(item[0]).mean() for item in found.values()])
        together = np.mean([rows.mean() for rows, _ in mixed.values()])
        weight = np.mean([weights.get(NETWORK.name, 0.0) for _, weights in mixed.values()])
        numbers = f"{alone:.2f} | {together:.2f} | {gains.mean():+.2f} [{low:+.2f}, {high:+.2f}] | {weight:.2f}"
        print(f"| {name} | {seconds:.0f} | {numbers} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=STAND_IN, help="as for python -m core run (default: %(default)s)")
    parser.add_argument("--seeds", type=int, default=1, help="fold and model seeds (default: %(default)s)")
    parser.add_argument("--work", type=Path, help="folder for cache and predictions, to go on with")
    options = parser.parse_args()
    folder = challenge_dir()
    source = CatalogSource(str(folder / "train.csv"), str(folder / "test.csv"), images=str(folder / "images"))
    print(f"{machine()}, {os.environ['SHELFPRICE_THREADS']} threads, vectors of {options.model}", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        store = ArtifactStore(work / "cache")
        catalog, _ = with_pictures(
            load_catalog(source), source, ModelSpec(options.model), store=store, report=lambda _done, _message: None
        )
        lab, seeds = Lab(catalog, store, work / "oof"), list(range(options.seeds))
        show(lab, seeds)
        trees_on_vectors(lab, seeds)
        store.close()


if __name__ == "__main__":
    main()
